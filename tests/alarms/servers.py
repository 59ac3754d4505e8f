"""A mail server and a web server on this machine, as small as they can be and as real as the protocol."""

from __future__ import annotations

import base64
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass
class Mailbox:
    """What a mail server got: who logged in, and each mail with its recipients and whether it came by TLS."""

    port: int = 0
    logins: list[tuple[str, str]] = field(default_factory=list)
    mails: list[tuple[EmailMessage, list[str], bool]] = field(default_factory=list)


class _Mail(socketserver.StreamRequestHandler):
    server: _MailServer

    def handle(self) -> None:
        safe = self.server.at_once
        if safe:
            self._wrap()
        self.say("220 localhost ESMTP")
        to: list[str] = []
        while line := self.rfile.readline().decode().strip():
            verb, _, rest = line.partition(" ")
            match verb.upper():
                case "EHLO" | "HELO":
                    can = [
                        *(["STARTTLS"] if self.server.context and not safe else []),
                        "AUTH PLAIN",
                        "8BITMIME",
                    ]
                    self.say("\r\n".join([f"250-{it}" for it in ("localhost", *can)] + ["250 SMTPUTF8"]))
                case "STARTTLS":
                    self.say("220 go on")
                    self._wrap()
                    safe = True
                case "AUTH":
                    _, user, password = base64.b64decode(rest.split()[-1]).decode().split("\0")
                    self.server.box.logins.append((user, password))
                    good = password == self.server.password
                    self.say("235 fine" if good else f"535 5.7.8 {password} is wrong")
                case "RCPT":
                    bad = "nobody@" in rest
                    to += [] if bad else [rest.partition("<")[2].partition(">")[0]]
                    self.say("550 no such user" if bad else "250 fine")
                case "DATA":
                    self.say("354 go on")
                    body = b""
                    while (got := self.rfile.readline()) != b".\r\n":
                        body += got.removeprefix(b".") if got.startswith(b"..") else got
                    mail = message_from_bytes(body, policy=policy.default)
                    self.server.box.mails.append((mail, to, safe))
                    to = []
                    self.say("250 taken")
                case "QUIT":
                    self.say("221 bye")
                    return
                case _:
                    self.say("250 fine")

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.connection.close()

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
        self.wfile.flush()

    def _wrap(self) -> None:
        assert self.server.context is not None
        self.connection = self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.rfile.close()
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")


class _MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    context: ssl.SSLContext | None
    at_once: bool
    password: str
    box: Mailbox

    def handle_error(self, *_: object) -> None:
        """A client that trusts nobody goes away."""


@contextmanager
def mail_server(pem: Path | None = None, *, at_once: bool = False, password: str = "") -> Iterator[Mailbox]:
    """A mail server that offers STARTTLS with a certificate, or speaks TLS at once."""
    server = _MailServer(("127.0.0.1", 0), _Mail)
    server.context = None
    if pem is not None:
        server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.context.load_cert_chain(pem)
    server.at_once, server.password, server.box = at_once, password, Mailbox(server.server_address[1])
    with _serving(server):
        yield server.box


@dataclass
class Hook:
    """What a web server got: path, headers and JSON; it answers with `status`, a redirect to `to`."""

    url: str = ""
    status: int = 200
    to: str = ""
    got: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)


@contextmanager
def web_server() -> Iterator[Hook]:
    """A web server that takes JSON."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.got.append((self.path, dict(self.headers), json.loads(body)))
            self.send_response(hook.status)
            if hook.to:
                self.send_header("Location", hook.to)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hook.url = f"http://127.0.0.1:{server.server_port}"
    with _serving(server):
        yield hook


@contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
