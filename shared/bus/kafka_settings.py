"""Read a ``kafka://`` URL into what Kafka's clients need to be told. Pure.

``kafka://user:password@host:9092,host2:9092?security=SASL_SSL&mechanism=SCRAM-SHA-512&ca=/path/ca.pem``:
one setting carries everything. It may hold a password, so only the hosts are ever named in messages.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from shared.errors import ConfigError

SECURITY = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")

_DEFAULT_PORT = 9092
_FILES = {"ca": "ssl_cafile", "certificate": "ssl_certfile", "key": "ssl_keyfile"}
_KEYS = ("security", "mechanism", *_FILES, "replication", "prefix")
_PREFIX = re.compile(r"[A-Za-z0-9._-]{0,100}")


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """How to reach a cluster. *where* names it in messages; *options* may hold a password.

    *prefix* begins the names of topics and groups, so that several installations can share a cluster.
    """

    where: str
    options: Mapping[str, Any] = field(repr=False)
    replication: int
    prefix: str


def kafka_settings(url: str) -> KafkaSettings:
    """Return what *url* says; raises `ConfigError` with every problem, and never tells the password."""
    problems: list[str] = []
    parts = urlsplit(url)
    credentials, _, hosts = parts.netloc.rpartition("@")
    servers = _servers(hosts, problems)
    query = _query(parts.query, problems)
    if parts.path.strip("/"):
        problems.append("a path after the hosts; topics are not part of the URL")
    options = {"bootstrap_servers": servers, **_security(query, bool(credentials), problems)}
    if credentials:
        user, _, password = credentials.partition(":")
        options |= {"sasl_plain_username": unquote(user), "sasl_plain_password": unquote(password)}
    options |= {option: query[key] for key, option in _FILES.items() if key in query}
    replication = _replication(query.get("replication", "1"), problems)
    prefix = query.get("prefix", "")
    if not _PREFIX.fullmatch(prefix):
        problems.append(f"prefix: expected letters, digits, '.', '_' and '-', found {prefix!r}")
    if problems:
        raise ConfigError([f"GUANXI_BUS: {problem}" for problem in problems])
    return KafkaSettings("kafka://" + ",".join(servers), options, replication, prefix)


def _servers(hosts: str, problems: list[str]) -> list[str]:
    servers = []
    for host in filter(None, hosts.split(",")):
        name, colon, port = host.rpartition(":")
        if not colon or host.endswith("]"):  # no port, or an IPv6 address without one
            name, port = host, str(_DEFAULT_PORT)
        if not (name and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            problems.append(f"expected host:port, found {host!r}")
        servers.append(f"{name}:{port}")
    if not servers:
        problems.append("expected kafka://host:9092, found no host")
    return servers


def _query(text: str, problems: list[str]) -> dict[str, str]:
    query = dict(parse_qsl(text, keep_blank_values=True))
    for key in query:
        if key not in _KEYS:
            close = get_close_matches(key, _KEYS, n=1)
            hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(_KEYS)}"
            problems.append(f"unknown option {key!r}; {hint}")
    return query


def _security(query: Mapping[str, str], credentials: bool, problems: list[str]) -> dict[str, str]:
    security = query.get("security", "SASL_SSL" if credentials else "PLAINTEXT")
    mechanism = query.get("mechanism", "SCRAM-SHA-512")
    if security not in SECURITY:
        problems.append(f"security: expected one of {', '.join(SECURITY)}, found {security!r}")
    elif security.startswith("SASL") != credentials:
        problems.append(
            f"security={security} asks for user:password@ before the host"
            if not credentials
            else f"security={security} takes no user and password; expected SASL_SSL or SASL_PLAINTEXT"
        )
    if mechanism not in MECHANISMS:
        problems.append(f"mechanism: expected one of {', '.join(MECHANISMS)}, found {mechanism!r}")
    return {"security_protocol": security, **({"sasl_mechanism": mechanism} if credentials else {})}


def _replication(text: str, problems: list[str]) -> int:
    if not (text.isascii() and text.isdigit() and int(text) >= 1):
        problems.append(f"replication: expected a whole number from 1, found {text!r}")
        return 1
    return int(text)
