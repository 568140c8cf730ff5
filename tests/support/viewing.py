"""Starts ``docbin view`` and asks it over plain HTTP."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
from contextlib import contextmanager
from urllib.parse import urlsplit

from program import PROGRAM


class Viewing:
    """A running viewer."""

    def __init__(self, process, address):
        self.process = process
        self.address = address
        parts = urlsplit(address)
        self.host, self.port, self.base = parts.hostname, parts.port, parts.path

    def ask(self, path="", *, verb="GET", body=None, headers=None, base=None, host=None):
        """Return (status, headers, body) of a request whose headers may be anything."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        try:
            target = (self.base if base is None else base) + path
            connection.putrequest(verb, target, skip_host=True, skip_accept_encoding=True)
            wanted = {"Host": host or f"{self.host}:{self.port}", **(headers or {})}
            if body is not None:
                wanted.setdefault("Content-Length", str(len(body)))
            for name, value in wanted.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def json(self, path, **options):
        """Return the status and the document of an answer."""
        status, _, body = self.ask(path, **options)
        return status, json.loads(body)

    def post(self, path, body, **options):
        """Send bytes, or a document."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.json(path, verb="POST", body=data, **options)


@contextmanager
def viewing(*arguments, cwd):
    """Run ``docbin view`` without a browser; it has to end well at Ctrl-C."""
    process = subprocess.Popen(
        [PROGRAM, "view", "--no-browser", *map(str, arguments)],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), process.stderr.read()
        yield Viewing(process, address)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert (process.returncode, said) == (0, "docbin: Ctrl-C ends the viewer\n")
    finally:
        process.kill()
        process.communicate()
