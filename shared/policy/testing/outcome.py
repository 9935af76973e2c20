"""All that one run found, as the JSON that command line and HTTP share. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from shared.policy.release import Sources
from shared.policy.testing.desk import Suggestion
from shared.policy.testing.mutation import Mutation
from shared.policy.testing.places import places_in
from shared.policy.testing.report import Report


@dataclass(frozen=True, slots=True)
class Outcome:
    """A report, and what was asked for beside it; *rules* are empty for a stored release."""

    report: Report
    mutation: Mutation | None
    suggestions: Sequence[Suggestion]
    rules: Sources
    tests: Sources
    policies: tuple[str, ...] = ()

    def to_json(self, *, coverage: bool) -> dict[str, Any]:
        """The outcome as JSON values."""
        told = {**self.report.to_json(), "digest": self.report.digest}
        if not coverage:
            told.pop("coverage", None)
        if self.mutation is not None:
            told["mutation"] = self.mutation.to_json(places_in(self.rules))
        if self.suggestions:
            told["suggestions"] = [asdict(each) for each in self.suggestions]
        return told
