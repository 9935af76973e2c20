"""How an accepted event's identity becomes one id: of its document, and of whatever refers to it. Pure."""


def event_key(source: str, event_id: str, subject: str) -> str:
    """The identity (source, id, subject) as one id; publishers' rising ids keep inserts local."""
    return "\x1f".join((source, event_id, subject))
