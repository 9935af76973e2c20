"""A mail server for tests: speaks SMTP on a port of its own, keeps what it is given, refuses as told."""

import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Mailbox:
    """What came, and how the next commands are answered: by verb, instead of the usual answer."""

    port: int = 0
    raw: list[bytes] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    silent: bool = False
    at_once: bool = False  # TLS from the first byte
    drops_after_data: int = 0

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]  # type: ignore[misc]


class _Session(socketserver.StreamRequestHandler):
    box: Mailbox

    def handle(self) -> None:
        box = self.box
        if box.silent:
            self.rfile.read()
            return
        self.secure = False
        if box.at_once:
            self._encrypt()
        self._say("220 test ESMTP")
        while line := self.rfile.readline():
            verb = line.decode().split(None, 1)[0].strip().upper()
            if (told := box.answers.get(verb)) is not None:
                self._say(told)
                continue
            if not getattr(self, f"on_{verb.lower()}", self.on_other)(line.decode().strip()):
                return

    def finish(self) -> None:
        """Let go of the encrypted connection too: the server knows only the one beneath."""
        super().finish()
        self.connection.close()

    def on_ehlo(self, _line: str) -> bool:
        offers = ["STARTTLS"] if self.box.tls and not self.secure else []
        lines = ["test", *offers, "AUTH PLAIN", "SMTPUTF8", "8BITMIME"]
        for line in lines[:-1]:
            self._say(f"250-{line}")
        return self._say(f"250 {lines[-1]}")

    def on_starttls(self, _line: str) -> bool:
        self._say("220 go on")
        self._encrypt()
        return True

    def _encrypt(self) -> None:
        assert self.box.tls is not None
        self.connection = self.box.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")
        self.secure = True

    def on_auth(self, line: str) -> bool:
        self.box.logins.append(line)
        return self._say("235 welcome")

    def on_data(self, _line: str) -> bool:
        self._say("354 go on")
        body = b""
        while not body.endswith(b"\r\n.\r\n"):
            body += self.rfile.readline()
        self.box.raw.append(body[:-3].replace(b"\r\n..", b"\r\n."))  # the client doubled leading dots
        self.box.encrypted.append(self.secure)
        if self.box.drops_after_data:
            self.box.drops_after_data -= 1
            return False
        return self._say("250 kept")

    def on_quit(self, _line: str) -> bool:
        self._say("221 bye")
        return False

    def on_other(self, _line: str) -> bool:
        return self._say("250 ok")

    def _say(self, line: str) -> bool:
        self.wfile.write(f"{line}\r\n".encode())
        self.wfile.flush()
        return True


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """A client that leaves in the midst of a word is what some tests are about."""


@contextmanager
def mail_server(tls: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """A server that listens until the end of the block."""
    box = Mailbox(tls=tls)
    session: Callable[..., _Session] = type("Session", (_Session,), {"box": box})
    server = _Server(("127.0.0.1", 0), session)  # type: ignore[arg-type]
    box.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
