"""Whether a customer agreed to be contacted, as the profile fact named in notifications.yaml says.

Pure. A fact may be yes/no, or a list of the channels agreed to; absent is unknown, not yes.
"""

from shared.model.values import FactValue

_YES = frozenset({"yes", "granted", "given", "all"})


def consents(value: FactValue, channels: tuple[str, ...]) -> bool | None:
    """Return whether *value* agrees to one of *channels*; None when nothing is known."""
    if value is None:
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, (tuple, list)):
        return any(channel in value for channel in channels)
    return str(value).lower() in _YES
