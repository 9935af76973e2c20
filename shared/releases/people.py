"""Who acts on releases and rules: the holder of an API key, or the operator of the machine itself.

A name alone proves nothing. A key proves its holder, and signs in the holder's name; the operator could read
every key anyway, so nothing but approving is kept from an operator.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from shared.releases.errors import NoApproverError
from shared.signatures import public_key, sign

APPROVER, ADMIN, EDITOR = "approver", "admin", "editor"


@dataclass(frozen=True, slots=True)
class Person:
    """*key_id* and *secret* are empty for the operator and for the service itself."""

    name: str
    roles: AbstractSet[str] = frozenset()
    key_id: str = ""
    secret: str = field(default="", repr=False)
    is_operator: bool = False

    @property
    def public_key(self) -> str:
        """What signatures of this person are checked with."""
        return public_key(self.key_id, self.secret)

    def sign(self, content: bytes) -> str:
        """Sign in this person's name."""
        return sign(self.key_id, self.secret, content)

    def must_be_approver(self) -> None:
        """Refuse everybody who cannot be held to an approval."""
        if not self.secret or APPROVER not in self.roles:
            raise NoApproverError(
                "approving needs the API key of a person with scope approver; "
                "`guanxi keys create NAME --scope approver` makes one"
            )

    def must_be_trusted(self) -> None:
        """Refuse who may not decide alone, in an emergency."""
        if not (self.is_operator or self.roles & {APPROVER, ADMIN}):
            raise NoApproverError("an emergency is declared by an approver, an admin or the operator")


def operator(name: str) -> Person:
    """Whoever sits at the machine."""
    return Person(f"operator {name}", is_operator=True)


SERVICE = Person("guanxi")
"""What the running service does by itself."""
