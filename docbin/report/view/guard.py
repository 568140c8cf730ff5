"""Who may speak with the viewer: only the page that it has opened itself.

Any web site can make a browser send requests to this machine, and a name that it owns can come to
mean 127.0.0.1 (DNS rebinding). So all addresses start with a random token; the Host must be this
server under a number or ``localhost``, and an Origin must be this server; nothing else is answered.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

_Scope: TypeAlias = MutableMapping[str, Any]
_Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
_Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App: TypeAlias = Callable[[_Scope, _Receive, _Send], Awaitable[None]]

_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


class Guard:
    """Answers requests that may not be, and passes the others on without the token.

    Parameters
    ----------
    app
        What answers the others.
    token
        The first part of every address.
    port
        Where the server listens.
    """

    def __init__(self, app: App, token: str, port: int) -> None:
        self._app = app
        self._token = token
        self._port = port

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return
        refused = self._refused(scope)
        if refused:
            await _plain(send, *refused)
            return
        path = scope["path"].removeprefix(f"/{self._token}")
        inner = {**scope, "path": path, "raw_path": path.encode(), "root_path": ""}

        async def answer(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                extra = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
                message["headers"] = [*message.get("headers", ()), *extra]
            await send(message)

        await self._app(inner, receive, answer)

    def _refused(self, scope: _Scope) -> tuple[int, str] | None:
        headers: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.lower(), []).append(value)
        hosts = headers.get(b"host", [])
        if len(hosts) != 1 or not self._is_here(hosts[0].decode("latin-1")):
            return 421, "this name is not one of the viewer; use the address that docbin printed"
        for origin in headers.get(b"origin", []):
            if origin != b"http://" + hosts[0]:
                return 403, "another site may not use the viewer"
        if any(site == b"cross-site" for site in headers.get(b"sec-fetch-site", [])):
            return 403, "another site may not use the viewer"
        token = scope["path"].split("/")[1] if "/" in scope["path"] else ""
        if not secrets.compare_digest(token.encode(), self._token.encode()):
            return 403, "the address has no or a wrong token; use the one that docbin printed"
        return None

    def _is_here(self, host: str) -> bool:
        """Return whether a Host is this server: a name that others own cannot be a number."""
        name, _, port = host.rpartition(":")
        if port != str(self._port):
            return False
        if name == "localhost":
            return True
        try:
            ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
        except ValueError:
            return False
        return True


async def _plain(send: _Send, status: int, text: str) -> None:
    body = text.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
