"""What a check found: a code, a place, words in both languages, and a customer who shows it. Pure values."""

from dataclasses import dataclass

from shared.policy.checks.regions.customer import Customer
from shared.policy.codes import Code
from shared.policy.nodes import Span


@dataclass(frozen=True, slots=True)
class Words:
    """What is said about a finding, in one language."""

    message: str
    suggestion: str = ""
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. *customer* is one to whom it happens, ``None`` where there can be none."""

    code: Code
    span: Span
    en: Words
    zh: Words
    customer: Customer | None = None
    rules: tuple[str, ...] = ()
