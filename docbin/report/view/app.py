"""The viewer's addresses."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeAlias

from docbin.batch.treatment import PAGE_STEPS
from docbin.dependencies import load
from docbin.errors import DocbinError, InputError, UsageError
from docbin.io.names import shown
from docbin.methods import default, names
from docbin.report.run_report import WEB, json_in_html
from docbin.report.view.controls import described
from docbin.report.view.desk import Desk, StaleError
from docbin.report.view.guard import App
from docbin.report.view.wishes import LARGEST, wish_of
from docbin.version import __version__

_Handler: TypeAlias = "Callable[[Any], Awaitable[Any]]"
_STATIC = {
    **dict.fromkeys(("theme.css", "slider.css", "view.css"), "text/css; charset=utf-8"),
    **dict.fromkeys(
        ("slider.js", "controls.js", "zoom.js", "files.js", "results.js", "view.js"),
        "text/javascript; charset=utf-8",
    ),
}


class Viewer:
    """Answers the page's requests.

    Parameters
    ----------
    desk
        Does the work.
    max_upload
        Largest file that is taken, in bytes.
    """

    def __init__(self, desk: Desk, max_upload: int) -> None:
        self._desk = desk
        self._max_upload = max_upload
        self._answers = load("starlette.responses", purpose="docbin view")

    def app(self) -> App:
        """Return the ASGI application."""
        routing = load("starlette.routing", purpose="docbin view")
        applications = load("starlette.applications", purpose="docbin view")
        table: list[tuple[str, str, _Handler]] = [
            ("GET", "/", self._page),
            ("GET", "/static/{name}", self._static),
            ("GET", "/method/{name}", self._method),
            ("GET", "/scan/{number:int}", self._scan),
            ("GET", "/scan/{number:int}/{index:int}.jpg", self._scan_picture),
            ("GET", "/result/{key}.png", self._result),
            ("GET", "/result/{key}.toml", self._recipe),
            ("POST", "/open", self._open),
            ("POST", "/truth/{number:int}/{index:int}", self._truth),
            ("POST", "/run", self._run),
        ]
        routes = [routing.Route(path, _told(handler, self), methods=[verb])
                  for verb, path, handler in table]  # fmt: skip
        app: App = applications.Starlette(routes=routes)
        return app

    def json(self, document: Any, status: int = 200) -> Any:
        """Answer with JSON."""
        text = json.dumps(document, allow_nan=False)
        return self._answers.Response(text, status, media_type="application/json")

    async def _page(self, request: Any) -> Any:
        del request
        scans = self._desk.pages.scans
        data = {
            "methods": names(),
            "default": default(),
            "scans": [[number, shown(scan.name)[1:-1]] for number, scan in scans.items()],
            "maxUpload": self._max_upload,
        }
        jinja = load("jinja2", purpose="docbin view")
        environment = jinja.Environment(
            loader=jinja.FileSystemLoader(WEB), autoescape=True, undefined=jinja.StrictUndefined
        )
        text = environment.get_template("view.html.j2").render(
            version=__version__,
            steps=list(PAGE_STEPS),
            data=jinja.utils.markupsafe.Markup(json_in_html(data)),
        )
        return self._answers.HTMLResponse(text)

    async def _static(self, request: Any) -> Any:
        name = request.path_params["name"]
        if name not in _STATIC:
            return self.json({"error": "there is no such file"}, 404)
        return self._answers.Response(Path(WEB, name).read_bytes(), media_type=_STATIC[name])

    async def _method(self, request: Any) -> Any:
        return self.json(await self._desk.do(lambda: described(request.path_params["name"])))

    async def _scan(self, request: Any) -> Any:
        number = request.path_params["number"]
        return self.json(await self._desk.do(lambda: self._about(number)))

    def _about(self, number: int) -> dict[str, Any]:
        pages = self._desk.pages
        infos = pages.infos(number)
        pages.read_truth(number)
        scan = pages.scan(number)
        return {
            "number": number,
            "name": shown(scan.name)[1:-1],
            "truths": sorted(scan.truths),
            "pages": [[info.width, info.height, info.dpi] for info in infos],
        }

    async def _scan_picture(self, request: Any) -> Any:
        number, index = request.path_params["number"], request.path_params["index"]
        data = await self._desk.do(lambda: self._desk.scan_picture(number, index))
        return self._answers.Response(data, media_type="image/jpeg")

    async def _result(self, request: Any) -> Any:
        found = await self._desk.do(lambda: self._desk.result(request.path_params["key"]))
        return self._answers.Response(found.png, media_type="image/png")

    async def _recipe(self, request: Any) -> Any:
        found = await self._desk.do(lambda: self._desk.result(request.path_params["key"]))
        headers = {"content-disposition": "attachment"}  # the page names it
        return self._answers.Response(found.recipe, media_type="application/toml", headers=headers)

    async def _open(self, request: Any) -> Any:
        data = await _body(request, self._max_upload)
        name = request.query_params.get("name", "scan")
        number = self._desk.pages.add(name, data)
        try:
            return self.json(await self._desk.do(lambda: self._about(number)))
        except DocbinError:
            self._desk.pages.forget(number)
            raise

    async def _truth(self, request: Any) -> Any:
        data = await _body(request, self._max_upload)
        number, index = request.path_params["number"], request.path_params["index"]
        name = request.query_params.get("name", "truth")
        await self._desk.do(lambda: self._desk.pages.add_truth(number, index, name, data))
        return self.json({"truths": sorted(self._desk.pages.scan(number).truths)})

    async def _run(self, request: Any) -> Any:
        wish = wish_of(await _body(request, LARGEST))
        self._desk.expect(wish["client"], wish["slot"], wish["serial"])
        return self.json(await self._desk.do(lambda: self._desk.run(wish)))


class TooLargeError(InputError):
    """More bytes than are taken."""


async def _body(request: Any, most: int) -> bytes:
    """Return what was sent, of which never more than ``most`` bytes are held."""
    error = TooLargeError(
        f"the file is larger than {most / 1e6:.0f} MB; start docbin view with a larger --max-upload"
    )
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > most:
        raise error
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > most:
            raise error
        pieces.append(piece)
    return b"".join(pieces)


def _told(handler: _Handler, viewer: Viewer) -> _Handler:
    """Return a handler whose errors are answers."""

    async def answer(request: Any) -> Any:
        try:
            return await handler(request)
        except StaleError:
            return viewer.json({"stale": True}, 409)
        except TooLargeError as error:
            return viewer.json({"error": str(error)}, 413)
        except UsageError as error:
            return viewer.json({"error": str(error)}, 400)
        except DocbinError as error:
            return viewer.json({"error": str(error)}, 422)
        except Exception as error:
            text = f"this should not have happened: {type(error).__name__}: {error}"
            return viewer.json({"error": text}, 500)

    return answer
