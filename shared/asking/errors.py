"""A question that cannot be answered as it was asked."""

from shared.errors import RefusedError


class MisaskedError(RefusedError):
    """A name, month or number in the question is wrong; *asked* is the part of it, as options spell it."""

    code = "misasked"

    def __init__(self, message: str, asked: str) -> None:
        super().__init__(message)
        self.asked = asked
