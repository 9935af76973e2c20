"""What may be printed of a store's URL. Pure."""


def without_password(url: str) -> str:
    """*url* without user, password and options, also when it is malformed."""
    scheme, separator, rest = url.partition("://")
    return scheme + separator + rest.rpartition("@")[2].partition("?")[0]
