"""The viewer as a server on this machine."""

from __future__ import annotations

import ipaddress
import secrets
import socket
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any

from docbin.dependencies import load
from docbin.errors import OutputError
from docbin.io.names import reason
from docbin.report.view.app import Viewer
from docbin.report.view.desk import Desk
from docbin.report.view.guard import Guard
from docbin.report.view.pages import Pages

HOST = "127.0.0.1"


def serve(
    pages: Pages,
    started: Callable[[str], None],
    *,
    host: str = HOST,
    port: int = 0,
    max_upload: int = 1 << 28,
) -> None:
    """Serve the viewer until Ctrl-C.

    Parameters
    ----------
    pages
        The scans to begin with.
    started
        Called with the address, which holds the token, when the server answers.
    host
        Address of this machine; others than those of the loopback are seen by other machines.
    port
        0 takes a free one.
    max_upload
        Largest file that is taken, in bytes.

    Raises
    ------
    MissingDependencyError
        Without the extra ``view``.
    OutputError
        If the port is taken or may not be used.
    """
    uvicorn: Any = load("uvicorn", purpose="docbin view")
    viewer = Viewer(Desk(pages), max_upload)
    with closing(_listening(host, port)) as listener:
        host, port = listener.getsockname()[:2]
        token = secrets.token_urlsafe(18)
        guard = Guard(viewer.app(), token, port)
        config = uvicorn.Config(
            guard,
            log_level="error",
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=1,
        )
        started(f"http://{_shown(host)}:{port}/{token}/")
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(64)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise OutputError(
            f"docbin view cannot listen on {host}, port {port}: {reason(error)}; give another "
            "--port, or leave it out"
        ) from error
    return listener


def _shown(host: str) -> str:
    """Return a host as it stands in an address."""
    if host in ("0.0.0.0", "::"):
        return HOST
    return f"[{host}]" if ":" in host else host
