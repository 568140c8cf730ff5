"""``docbin view``."""

from __future__ import annotations

import sys

import click


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--truth", metavar="PATH", help="A truth, or a folder of truths paired by name: shows metrics."
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port; without it a free.")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on. Others than the loopback are seen by other machines.",
)
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.option("--max-upload", default="256M", show_default=True, help="Largest file to drop.")
@click.option(
    "--max-pixels",
    type=click.IntRange(1),
    default=100_000_000,
    show_default=True,
    metavar="N",
    help="Largest page that is read.",
)
@click.option("--threads", type=click.IntRange(1), metavar="N", help="Use so many threads.")
def view(
    paths: tuple[str, ...],
    truth: str | None,
    port: int,
    host: str,
    max_upload: str,
    *,
    max_pixels: int,
    threads: int | None,
    no_browser: bool,
) -> int:
    """Try methods on scans in the browser: parameters, two methods side by side, metrics.

    PATH is any number of files and folders to page through; more can be dropped on the page. The
    page is served by this machine to this machine alone, under an address with a random token,
    until Ctrl-C. It copies the docbin clean command that does what is seen.
    """
    from docbin import kernels
    from docbin.dependencies import load
    from docbin.errors import UsageError

    for package in ("starlette", "uvicorn", "jinja2"):
        load(package, purpose="docbin view")
    from docbin.batch.memory import bytes_of
    from docbin.report.view.pages import Pages
    from docbin.report.view.server import is_loopback, serve

    if truth is not None and not paths:
        raise UsageError("--truth is for the scans of PATH; give some, or drop a truth on the page")
    pages = Pages(list(paths), max_pixels, truth)
    if not is_loopback(host):
        print(
            f"docbin: {host} can be reached by other machines; whoever has the address can see "
            "your scans",
            file=sys.stderr,
        )

    def started(address: str) -> None:
        print(address, flush=True)
        print("docbin: Ctrl-C ends the viewer", file=sys.stderr, flush=True)
        if not no_browser:
            import webbrowser

            webbrowser.open(address)

    with kernels.limit_threads(threads):
        serve(pages, started, host=host, port=port, max_upload=bytes_of(max_upload, "--max-upload"))
    return 0
