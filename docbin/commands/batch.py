"""``docbin batch``."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from docbin.commands.limit_options import limit_options, limits_of
from docbin.commands.names import METHOD
from docbin.commands.page_options import DPI, QUALITY, SCOPE, WEIGHTS, recipe_options, step_options

# Options that let a run work elsewhere.
_ELSEWHERE = ("scheduler", "local_cluster")


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="SRC... DST")
@click.option("-m", "--method", type=METHOD, help="See `docbin methods`.")
@click.option(
    "--set",
    "texts",
    multiple=True,
    metavar="K=V",
    help="A parameter of the method, such as window=2mm; see `docbin methods NAME`.",
)
@WEIGHTS
@QUALITY
@click.option(
    "--format",
    metavar="FORMAT",
    help="png, tif, pdf or pbm for all results. Without it TIFF stays TIFF, PDF stays PDF, and "
    "everything else becomes PNG.",
)
@DPI
@click.option(
    "--paper",
    type=click.Choice(["a4", "letter", "auto"]),
    help="Sheets of new PDFs, and the resolution of pages that have none.",
)
@SCOPE
@step_options
@recipe_options
@click.option(
    "--max-pixels", type=click.IntRange(1), metavar="N", help="Largest page that is read."
)
@click.option(
    "--resume",
    is_flag=True,
    help="Skip what is done and unchanged, by sizes and times of inputs and results. This is what "
    "happens anyway.",
)
@click.option("--rehash", is_flag=True, help="Compare sums instead, which reads all files.")
@click.option(
    "--redo",
    is_flag=True,
    help="Replace results whose input, method, parameters, weights or docbin changed, and try "
    "again what was quarantined.",
)
@click.option("--keep", is_flag=True, help="Leave such results as they are, and do the rest.")
@click.option("--force", is_flag=True, help="Overwrite files that no run has made.")
@click.option(
    "--shard", metavar="I/N", help="Do the I-th of N parts, each on a machine of its own."
)
@click.option(
    "--state",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the run database; without it DST/.docbin.",
)
@click.option(
    "--workers", type=click.IntRange(1), metavar="N", help="Processes; without it: cores."
)
@click.option("--threads", type=click.IntRange(1), metavar="N", help="Cores to use in all.")
@click.option(
    "--memory", metavar="SIZE", help="For all workers, such as 4G; else 70 % of the free."
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=600.0,
    show_default=True,
    metavar="SECONDS",
    help="What a page may take; a file that takes longer, or crashes, is tried twice.",
)
@limit_options
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Work on a Dask cluster, such as tcp://10.0.0.1:8786, whose machines see SRC and DST "
    "under the same paths.",
)
@click.option(
    "--local-cluster",
    type=click.IntRange(1),
    metavar="N",
    help="Work on a Dask cluster of N workers on this machine, which ends with the run.",
)
@click.option(
    "--plan",
    is_flag=True,
    help="Say what the run would do: files, pages, collisions, what cannot be read; time and disk, "
    "from a sample that is cleaned into a temporary folder. DST is not touched.",
)
@click.option(
    "--sheet",
    metavar="FILE",
    help="With --plan: write a contact sheet (PNG): three pages by the method "
    "asked for, the default, auto and sauvola.",
)
@click.option(
    "--file-group",
    metavar="USE",
    help="Which pictures of METS files; without it the first group of OCR-D-IMG, ORIGINAL, MASTER, "
    "MAX, DEFAULT and PRESENTATION that there is.",
)
@click.option("--status", is_flag=True, help="Of DST: say how far the run is, and what failed.")
@click.option(
    "--verify",
    is_flag=True,
    help="Of DST: compare the results with their sums, with --rehash the inputs, too.",
)
@click.option(
    "--export",
    metavar="FILE",
    help="Of DST: write all records to FILE.csv or FILE.json.",
)
@click.option(
    "--bag",
    metavar="FOLDER",
    help="Of DST: make a BagIt bag of results and records in a new folder; results are hard links "
    "where that is possible.",
)
@click.option(
    "--report",
    metavar="FILE",
    help="Of DST, or at the end of this run: write FILE.html, one page with pictures before and "
    "after, filters, measures and failures; pictures go to FILE.files.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
@click.pass_context
def batch(context: click.Context, /, paths: tuple[str, ...], **options: Any) -> int:
    """Clean an archive: many files, on all cores, to be stopped and resumed at any time.

    SRC is a folder (with all folders in it), a pattern in quotes ('scans/**/*.tif'), a file, or -
    for a list on standard input, one path a line; of a zip or tar file (.zip, .tar, .tar.gz,
    .tar.bz2, .tar.xz) the pictures in it are taken, of a METS file (.xml) those of a file group.
    Results have the same names under DST. What is
    done is kept in DST/.docbin/run.sqlite; the same command again does the rest. A file that
    cannot be read, or crashes or hangs its worker, stops nothing: the exit code is 1. With
    docbin[stores] both may be addresses, such as s3://bucket/box-1; a DST in a store needs --state.

    With --status, --verify, --export or --bag only DST is given. With --report and with
    --save-recipe both are possible; of DST alone, the recipe is that of the results there.
    """
    from docbin.commands import batch_books

    asked = [name for name in ("status", "verify", "export", "bag") if options[name]]
    for name in ("report", "save_recipe"):
        if not asked and options[name] and len(paths) == 1:
            asked = [name]
    if not asked:
        return _run(list(paths), options, strict=bool(context.obj))
    if len(paths) != 1 or len(asked) > 1:
        from docbin.errors import UsageError

        raise UsageError(f"--{' and --'.join(asked)}: give one of them, and DST alone")
    batch_books.refuse_unheeded(asked[0], _spelled(context))
    return batch_books.ASKED[asked[0]](paths[0], options)


def _spelled(context: click.Context) -> dict[str, str]:
    """Return the options that the command line has, as they are spelled there at their longest."""
    given = click.core.ParameterSource.COMMANDLINE
    return {
        str(each.name): max(each.opts, key=len)
        for each in context.command.params
        if isinstance(each, click.Option) and context.get_parameter_source(str(each.name)) == given
    }


def _run(paths: list[str], options: dict[str, Any], *, strict: bool) -> int:
    from docbin import kernels
    from docbin.batch import run
    from docbin.commands.batch_report import Report
    from docbin.commands.progress import progress
    from docbin.commands.recipe_options import recipe_of, say_notes
    from docbin.commands.seconds import say_seconds
    from docbin.errors import UsageError

    if len(paths) < 2:
        raise UsageError("give SRC and DST: what to clean, and the folder for results")
    if options["sheet"] and not options["plan"]:
        raise UsageError("--sheet goes with --plan")
    recipe = recipe_of(options)
    say_notes(recipe, options)
    if options["plan"]:
        if any(options[name] is not None for name in _ELSEWHERE):
            raise UsageError("--plan tries files on this machine; leave the cluster out")
        from docbin.commands.batch_plan import plan

        return plan(paths, recipe, _given(options), options)
    if options["report"]:
        from docbin.commands.batch_books import refuse_store
        from docbin.report.run_report import check_report

        refuse_store(paths[-1])
        check_report(options["report"], force=options["force"])
    if options["save_recipe"] is not None:
        recipe.save(options["save_recipe"], force=options["force"])
    with ExitStack() as stack:
        stack.enter_context(kernels.limit_threads(options["threads"]))
        say_seconds(recipe.method, recipe.params, quiet=options["quiet"])
        report = Report(stack.enter_context(progress(quiet=options["quiet"])))
        given = {**_given(options), **{name: options[name] for name in _ELSEWHERE}}
        records = run(paths[:-1], paths[-1], recipe, **given, listener=report, strict=strict)
    code = report.close(records, as_json=options["as_json"], quiet=options["quiet"])
    if options["report"]:
        from docbin.commands.batch_books import write_page

        write_page(paths[-1], options)
    return code


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """Return what a run and its plan are told alike."""
    from docbin.batch import Shard, Wishes
    from docbin.batch.memory import bytes_of

    return {
        "max_pixels": options["max_pixels"],
        "shard": Shard.of(options["shard"]) if options["shard"] else None,
        "wishes": Wishes(*(options[name] for name in ("rehash", "redo", "keep", "force"))),
        "state": options["state"],
        "workers": options["workers"],
        "memory": bytes_of(options["memory"]) if options["memory"] else None,
        "timeout": options["timeout"],
        "limits": limits_of(options),
        "file_group": options["file_group"],
    }
