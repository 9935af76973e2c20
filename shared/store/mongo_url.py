"""A MongoDB URL, read: which database it names, and how to speak of it without its password."""

from dataclasses import dataclass, field
from typing import Any

from pymongo.errors import ConfigurationError, InvalidURI, PyMongoError
from pymongo.uri_parser import parse_uri

from shared.errors import ConfigError, StoreUnavailableError
from shared.store.url import without_password

_UNREADABLE = (
    "GUANXI_STORE: not a MongoDB URL that can be read; expected mongodb://host:27017/guanxi, with ':', '/',"
    " '@' and '%' in a user or password percent-encoded"
)
_DATABASE = "guanxi"


@dataclass(frozen=True, slots=True)
class MongoUrl:
    """*text* is the URL itself and holds a password; *shown* holds none. *options* are those it sets."""

    text: str = field(repr=False)
    database: str
    options: frozenset[str]

    @property
    def shown(self) -> str:
        """Servers and database: what may be printed."""
        return without_password(self.text)


def read_url(text: str) -> MongoUrl:
    """Return what *text* says; raises `ConfigError`, which repeats nothing of it.

    A ``mongodb+srv`` URL asks the name service; `StoreUnavailableError` when that does not answer.
    """
    try:
        parsed: dict[str, Any] = dict(parse_uri(text, warn=False))
    except InvalidURI as error:
        raise ConfigError([_UNREADABLE]) from error
    except (ConfigurationError, OSError) as error:
        if type(error.__cause__).__module__.startswith("dns."):
            raise StoreUnavailableError(f"{without_password(text)}: the name cannot be resolved") from error
        raise ConfigError([_option_problem(text, error)]) from error
    except (PyMongoError, ValueError) as error:
        raise ConfigError([_UNREADABLE]) from error
    options = frozenset(name.lower() for name in parsed["options"])
    return MongoUrl(text, parsed["database"] or _DATABASE, options)


def _option_problem(url: str, error: Exception) -> str:
    """The driver's words on an option, unless they repeat a part of the password."""
    user, at, _ = url.partition("://")[2].rpartition("@")
    password = user.partition(":")[2]
    told = str(error)
    return _UNREADABLE if at and password and password in told else f"GUANXI_STORE: {told}"
