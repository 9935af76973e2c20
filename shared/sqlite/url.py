"""Read the path out of a ``sqlite:///`` URL. Pure."""

from pathlib import Path

from shared.errors import ConfigError

_PREFIX = "sqlite:///"


def sqlite_path(url: str, what: str, example: str) -> Path:
    """Return the path that *url* names: taken as it stands, relative unless a fourth slash follows.

    Raises `ConfigError` saying what is supported for *what* (bus, store); the URL itself may hold a
    password and is not repeated.
    """
    scheme = url.partition("://")[0] if "://" in url else ""
    if not url.startswith(_PREFIX):
        named = f"scheme {scheme!r} is" if scheme else "it is"
        raise ConfigError([f"{what} URL: {named} not supported; supported is {example}"])
    path = url[len(_PREFIX) :]
    if not path:
        raise ConfigError([f"{what} URL: the path is missing; expected {example}"])
    return Path(path)
