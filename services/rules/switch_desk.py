"""The use cases of stopping rules, the same for the command line and HTTP: pause, silence, brake, and lists.

Errors carry one code and one sentence for every surface.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from shared.clock import to_rfc3339
from shared.model.rules import Bundle, RuleDef
from shared.policy.suggest import did_you_mean
from shared.releases.errors import ReleaseError, UnknownRuleError
from shared.releases.people import Person
from shared.releases.reader import ReleaseReader
from shared.store.port import Collection, Document, Query
from shared.switches.board import SwitchBoard
from shared.switches.holding import SEGMENT, silences_customer, silences_rule
from shared.switches.model import Switch, SwitchKind, told

PREVIEW_DAYS = 30
LONGEST_SILENCE = timedelta(days=90)
PAGE = 1_000


class BadSilenceError(ReleaseError):
    """A silence that matches everything, or has no sensible end."""

    code = "bad-silence"


@dataclass(frozen=True, slots=True)
class Matchers:
    """Which decisions a silence concerns; empty ones match all."""

    rule: str = ""
    customer: str = ""
    segment: str = ""
    alert: str = ""

    def fields(self) -> dict[str, str]:
        """As fields of a switch."""
        names = ("rule", "customer", "segment", "alert")
        return {name: value for name in names if (value := getattr(self, name))}

    def silence(self) -> Switch:
        """A silence of just these, as if it were switched on."""
        return Switch(0, SwitchKind.SILENCE, "", "", "", self.rule, self.customer, self.segment, self.alert)


@dataclass(frozen=True, slots=True)
class SwitchDesk:
    """Stops rules of the active release and lets them go on."""

    board: SwitchBoard
    reader: ReleaseReader
    decisions: Collection
    relationships: Collection

    def rules(self) -> list[dict[str, Any]]:
        """Every rule of the active release with what holds it ."""
        switches = self.board.open()
        return [self._row(rule, switches) for rule in _rules(self._bundle())]

    def pause(self, rule: str, by: Person, reason: str) -> Switch:
        """Stop a rule at once: episodes go on, actions wait."""
        return self.board.pause(self._known(rule), by.name, reason)

    def resume(self, rule: str, by: Person, reason: str) -> Switch:
        """Let a paused rule go on; what waited is done at each customer's next evaluation."""
        return self.board.resume(rule, by.name, reason)

    def release(self, rule: str, by: Person, reason: str) -> Switch:
        """Let a rule go on that its brake has stopped; what waited goes through within its budget."""
        return self.board.resume(rule, by.name, reason, SwitchKind.BRAKE)

    def silence(
        self, matchers: Matchers, by: Person, reason: str, until: datetime, starts: datetime | None = None
    ) -> Switch:
        """Hold what reaches outward, for whom *matchers* fit, from *starts* until *until*."""
        now = self.board.clock.now()
        self._check(matchers)
        begins = starts or now
        if not begins < until <= begins + LONGEST_SILENCE or until <= now:
            raise BadSilenceError(f"a silence ends after it begins, within {LONGEST_SILENCE.days} days")
        times = {"starts": to_rfc3339(begins), "until": to_rfc3339(until)}
        return self.board.set(SwitchKind.SILENCE, by.name, reason, **matchers.fields(), **times)

    def end(self, number: int, by: Person, reason: str) -> Switch:
        """End a silence, or any other switch, by its number."""
        return self.board.end(number, by.name, reason)

    def preview(self, matchers: Matchers, days: int = PREVIEW_DAYS) -> dict[str, Any]:
        """What a silence would have held back in the last *days* days of which there are decisions."""
        self._check(matchers)
        bundle = self._bundle()
        trial = matchers.silence()
        rules = {rule.id for rule in _rules(bundle) if silences_rule(trial, rule)}
        found = [each for each in self._fired(days, matchers) if each["rule"] in rules]
        segments = self._segments({each["customer"] for each in found}) if matchers.segment else {}
        without_segment = replace(trial, segment="")
        kept = [
            each
            for each in found
            if silences_customer(without_segment, each["customer"], {})
            and (not matchers.segment or segments.get(each["customer"]) == matchers.segment)
        ]
        return {
            "days": days,
            "decisions": len(kept),
            "customers": len({each["customer"] for each in kept}),
            "by_rule": dict(sorted(Counter(each["rule"] for each in kept).items())),
            "latest": [_short(each) for each in sorted(kept, key=_by_time, reverse=True)[:20]],
        }

    def _check(self, matchers: Matchers) -> None:
        if not matchers.fields():
            raise BadSilenceError("a silence names a rule, a customer, a segment or an alert")
        if matchers.rule:
            self._known(matchers.rule)

    def _fired(self, days: int, matchers: Matchers) -> Iterator[Document]:
        newest = self.decisions.find(
            Query(filter={"day": {"$gt": 0}}, sort=(("day", -1),), limit=1)
        ).documents
        first = int(newest[0].document["day"]) - days + 1 if newest else 0
        cursor: str | None = None
        while True:
            page = self.decisions.find(Query(filter={"day": {"$gte": first}}, limit=PAGE, cursor=cursor))
            for found in page.documents:
                decision = found.document
                if decision["outcome"] == "fired" and decision["mode"] != "shadow":
                    yield decision
            cursor = page.cursor
            if cursor is None:
                return

    def _segments(self, customers: set[str]) -> Mapping[str, Any]:
        found = self.relationships.get_many(customers)
        return {name: each.document["relationship"]["facts"].get(SEGMENT) for name, each in found.items()}

    def _row(self, rule: RuleDef, switches: list[Switch]) -> dict[str, Any]:
        holding = [each for each in switches if each.rule == rule.id]
        return {
            "rule": rule.id,
            "policy": rule.policy,
            "title": dict(rule.title),
            "mode": rule.rollout.value,
            "percent": rule.rollout_percent,
            "held_by": [told(each) for each in holding],
        }

    def _bundle(self) -> Bundle:
        return self.reader.bundle(self.reader.active().digest)

    def _known(self, rule: str) -> str:
        names = [each.id for each in _rules(self._bundle())]
        if rule not in names:
            near = did_you_mean(rule, names)
            raise UnknownRuleError(f'the active release has no rule "{rule}"{f"; {near}" if near else ""}')
        return rule


def _rules(bundle: Bundle) -> Iterator[RuleDef]:
    for policy in bundle.policies:
        yield from policy.rules


def _by_time(decision: Document) -> tuple[str, str]:
    return decision["as_of"], decision["_id"]


def _short(decision: Document) -> dict[str, Any]:
    return {name: decision[name] for name in ("customer", "rule", "as_of", "reason")} | {
        "id": decision["_id"]
    }
