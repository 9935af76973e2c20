"""Read ``GUANXI_SMTP_URL`` into how the mail server is reached. Pure.

``smtp://user:password@host:587?from=guanxi@example.org``: one setting carries everything. It may hold a
password, so only the host is ever named in messages.
"""

from dataclasses import dataclass, field
from email.utils import parseaddr
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from shared.errors import ConfigError

PORTS = {"smtp": 587, "smtps": 465}
SECURITY = ("starttls", "none")
OPTIONS = ("from", "security", "ca")


@dataclass(frozen=True, slots=True)
class MailServer:
    """*security*: ``tls`` from the first byte, ``starttls`` before anything is said, or ``none``."""

    host: str
    port: int
    sender: str
    security: str
    user: str = ""
    password: str = field(default="", repr=False)
    ca: str = ""


def mail_server(url: str) -> MailServer | None:
    """What *url* says, None where there is none; raises `ConfigError` with every problem."""
    if not url:
        return None
    problems: list[str] = []
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    server = MailServer(
        host=parts.hostname or "",
        port=_port(parts, problems),
        sender=query.get("from", ""),
        security="tls" if parts.scheme == "smtps" else query.get("security", "starttls"),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        ca=query.get("ca", ""),
    )
    problems += _problems(parts, query, server)
    if problems:
        raise ConfigError([f"GUANXI_SMTP_URL: {problem}" for problem in problems])
    return server


def _port(parts: SplitResult, problems: list[str]) -> int:
    try:
        return parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        problems.append("the port is no number from 1 to 65535")
        return 0


def _problems(parts: SplitResult, query: dict[str, str], server: MailServer) -> list[str]:
    known = ", ".join(OPTIONS)
    told = [f"no option {name!r}; there are {known}" for name in query if name not in OPTIONS]
    if parts.scheme not in PORTS or not server.host:
        told.append("expected smtp://host:587?from=… or smtps://host:465?from=…")
    if "@" not in parseaddr(server.sender)[1]:
        told.append("expected the sender's address, as ?from=guanxi@example.org")
    if server.security not in ("tls", *SECURITY):
        told.append(f"security: expected one of {', '.join(SECURITY)}, found {server.security!r}")
    if server.security == "none" and server.user:
        told.append("a password is not sent without TLS; leave out security=none, or the user")
    return told
