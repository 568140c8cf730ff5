"""``docbin batch --status``, ``--verify``, ``--export``, ``--report``: what a run's books say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from docbin.batch import Record, bag, export, read_records, verify
from docbin.batch.books import inputs_left
from docbin.batch.exporting import facts
from docbin.batch.records import DONE, FAILED, QUARANTINED
from docbin.batch.stores.address import is_address
from docbin.batch.verifying import MISSING, OK
from docbin.commands.batch_report import exit_code, failure, print_json, say, tally
from docbin.commands.progress import progress
from docbin.errors import SOME_FAILED, UsageError
from docbin.io.atomic import replacing
from docbin.io.names import shown

# Pages without pictures that are named.
_FEW = 10
_STATUS = {
    DONE: "done",
    FAILED: "failed",
    QUARANTINED: "quarantined: crashed or hung twice",
    "begun": "begun, not ended",
}


def _status(destination: str, options: dict[str, Any]) -> int:
    """Say how far a run is."""
    records = read_records(destination, options["state"])
    counts = Counter(record.status for record in records)
    failures = [record for record in records if record.status in (FAILED, QUARANTINED)]
    setups = Counter(record.setup for record in records if record.status == DONE)
    pages = sum(len(record.pages) for record in records)
    left = inputs_left(destination, options["state"])
    if options["as_json"]:
        print_json(
            {
                **tally(counts),
                "left": left,
                "pages": pages,
                "worker_seconds": round(sum(record.seconds for record in records), 3),
                "failures": [facts(record) for record in failures],
            }
        )
        return exit_code(records)
    for status, words in _STATUS.items():
        print(f"{counts[status]:>9} {words}{_with_pages(status, pages)}")
    if left:
        print(f"{left:>9} left to do, by a run that goes on or was stopped")
    for setup, count in setups.most_common():
        weights = f", weights {setup.weights}" if setup.weights else ""
        options_ = "" if setup.options == "{}" else f", {setup.options}"
        said = f"{setup.method} {setup.params}{weights}{options_}"
        print(f"{count:>9} results by docbin {setup.docbin}, {said}")
    for record in failures:
        print(failure(record))
    return exit_code(records)


def _with_pages(status: str, pages: int) -> str:
    return f", {pages} pages" if status == DONE else ""


def _verify(destination: str, options: dict[str, Any]) -> int:
    """Compare files with their sums."""
    records = read_records(destination, options["state"])
    with progress(quiet=options["quiet"]) as bar:
        checked = verify(records, destination, inputs=options["rehash"], watch=bar.update)
    wrong = [each for each in checked if each.state != OK]
    for each in wrong:
        words = "is missing" if each.state == MISSING else "is not what the run has written"
        say(f"docbin: {shown(each.path)} {words}")
    if options["as_json"]:
        differing = [{"path": each.path, "state": each.state} for each in wrong]
        print_json({"checked": len(checked), "differing": differing})
    elif not options["quiet"]:
        print(f"{len(checked)} files read, {len(wrong)} of them differ")
    return SOME_FAILED if wrong else 0


def _export(destination: str, options: dict[str, Any]) -> int:
    """Write all records."""
    records: list[Record] = read_records(destination, options["state"])
    export(records, options["export"], force=options["force"])
    if options["as_json"]:
        print_json({"export": options["export"], "records": len(records)})
    elif not options["quiet"]:
        print(options["export"])
    return 0


def _bag(destination: str, options: dict[str, Any]) -> int:
    """Make a bag of results and records."""
    records = read_records(destination, options["state"])
    with progress(quiet=options["quiet"]) as bar:
        bag(records, destination, options["bag"], watch=bar.update)
    left = sum(record.status != DONE for record in records)
    if left:
        say(f"docbin: {left} of {len(records)} inputs are not in the bag; --status says why")
    if inputs_left(destination, options["state"]):
        say("docbin: the run has not ended; --status says how many inputs it has left to do")
    if options["as_json"]:
        print_json({"bag": options["bag"], "results": len(records) - left, "left_out": left})
    elif not options["quiet"]:
        print(options["bag"])
    return 0


def write_page(destination: str, options: dict[str, Any]) -> None:
    """Write a page about a run, and say what could not be looked at."""
    from docbin import kernels
    from docbin.report import write_report

    refuse_store(destination)
    records = read_records(destination, options["state"])
    with kernels.limit_threads(options["threads"]), progress(quiet=options["quiet"]) as bar:
        unseen = write_report(
            records,
            destination,
            options["report"],
            force=options["force"],
            max_pixels=options["max_pixels"],
            watch=bar.update,
        )
    for line in unseen[:_FEW]:
        say(f"docbin: in the report, {line}")
    if len(unseen) > _FEW:
        say(f"docbin: and {len(unseen) - _FEW} pages more; the report says which")
    if options["as_json"] or options["quiet"]:
        return
    print(options["report"])


def refuse_store(destination: str) -> None:
    """Refuse a report of results that are no files."""
    if is_address(destination):
        raise UsageError(
            f"--report shows results in a folder, and {shown(destination)} is a store; copy them"
        )


def _report(destination: str, options: dict[str, Any]) -> int:
    write_page(destination, options)
    if options["as_json"]:
        print_json({"report": options["report"]})
    return 0


def _save_recipe(destination: str, options: dict[str, Any]) -> int:
    """Write the recipe of the results, where they have one only."""
    records = read_records(destination, options["state"])
    recipes = Counter(each.setup.recipe for each in records if each.status == DONE)
    if len(recipes) != 1:
        count = f"were made by {len(recipes)} recipes" if recipes else "are not there yet"
        raise UsageError(f"the results in {shown(destination)} {count}; --status says more")
    (text,) = recipes
    if text is None:
        raise UsageError(
            f"the results in {shown(destination)} were made by an older docbin, or by steps of "
            "your own, and have no recipe"
        )
    with replacing(options["save_recipe"], force=options["force"]) as file:
        file.write(text.encode())
    if options["as_json"]:
        print_json({"recipe": options["save_recipe"]})
    elif not options["quiet"]:
        print(options["save_recipe"])
    return 0


ASKED: dict[str, Callable[[str, dict[str, Any]], int]] = {
    "status": _status,
    "verify": _verify,
    "export": _export,
    "bag": _bag,
    "report": _report,
    "save_recipe": _save_recipe,
}
# What else each of them heeds; all heed the first.
HEEDED = {
    "": {"state", "as_json", "quiet"},
    "verify": {"rehash"},
    "export": {"force"},
    "report": {"force", "threads", "max_pixels"},
    "save_recipe": {"force"},
}


def refuse_unheeded(asked: str, given: Mapping[str, str]) -> None:
    """Refuse options, by name and spelling, that change nothing in what is asked of the books."""
    heeded = {asked, *HEEDED[""], *HEEDED.get(asked, ())}
    ignored = [spelling for name, spelling in given.items() if name not in heeded]
    if ignored:
        raise UsageError(
            f"--{asked.replace('_', '-')} of DST does not heed {', '.join(ignored)}: leave it out"
        )
