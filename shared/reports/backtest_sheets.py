"""A backtest's report as tables of text, the verdict first; terminal and page show the same ones. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.contracts.decision import LeafTrace
from shared.model.rules import Bundle
from shared.model.values import in_language
from shared.reports.backtest_words import worded
from shared.reports.sheet import Sheet
from shared.reports.wording import (
    amount,
    fact_title,
    leaf_condition,
    leaf_value,
    rule_of,
    rule_title,
    tier_title,
)

Json = Mapping[str, Any]

NAMED = 10
"""So many customers of each kind are named; the others are counted."""

CHANGES = ("gained", "lost", "earlier", "later", "otherwise")
KINDS_LAST = ("set", "notify", "grant", "revoke", "add_to", "remove_from")


@dataclass(frozen=True, slots=True)
class BacktestSheets:
    """The sheets of one report in one language; bundles give names their titles."""

    report: Json
    base: Bundle
    candidate: Bundle
    language: str

    def all(self) -> list[Sheet]:
        """Every sheet that has something to tell."""
        first = (self.verdict(), self.gates(), self.tiers(), self.rules(), self.who())
        then = (self.actions(), self.flips(), self.samples())
        return [sheet for sheet in (*first, *then) if sheet.rows]

    def say(self, text: str, **values: object) -> str:
        """Words of the report's language."""
        return worded(self.language, text, **values)

    def verdict(self) -> Sheet:
        """What a person in a hurry reads."""
        found = self.report
        passed = "passes its gates" if found["passed"] else "does not pass its gates"
        rows = [
            ("verdict", self.say(passed if found["gates"] else "has no gates to pass")),
            ("base", f"{found['names']['base']} {found['base'][:12]}"),
            ("candidate", f"{found['names']['release']} {found['release'][:12]}"),
            ("days compared", self._days()),
            ("over", self._over()),
            ("membership", self._membership()),
            ("cost", self._cost()),
            ("report", found["digest"]),
        ]
        return Sheet(self.say("Backtest"), [(self.say(name), text) for name, text in rows])

    def _days(self) -> str:
        window = self.report["window"]
        return self.say(
            "{first} to {last}, {days} days in the order of {order}",
            first=window["from"],
            last=window["to"],
            days=f"{window['days']:,}",
            order=self.say("the log" if window["order"] == "log" else "event time"),
        )

    def _over(self) -> str:
        window = self.report["window"]
        counts = {name: f"{window[name]:,}" for name in ("customers", "events")}
        return self.say("{customers} customers, {events} events", **counts)

    def _membership(self) -> str:
        moved, tiers = self.report["moved"], self.report["tiers"]
        if not moved:
            return self.say("nobody's differs")
        counts = [
            self.say("{count} {change}", count=f"{len(tiers[change]):,}", change=self.say(change))
            for change in CHANGES
            if tiers[change]
        ]
        whole = self.say(
            "{moved} customers ({percent} %)", moved=f"{moved:,}", percent=self.report["impact_percent"]
        )
        return f"{whole}: {', '.join(counts)}"

    def _cost(self) -> str:
        sides = {
            side: amount(sum(row[f"{side}_cost"] for row in self.report["actions"]), self.candidate)
            for side in ("base", "candidate")
        }
        return self.say("{base} before, {candidate} after", **sides)

    def gates(self) -> Sheet:
        """Each gate with its limit and what was measured."""
        rows = [
            (
                self.say(gate["gate"]),
                self._gate(gate["gate"], gate["limit"]),
                self._gate(gate["gate"], gate["measured"]),
                self.say("yes" if gate["passed"] else "no"),
            )
            for gate in self.report["gates"]
        ]
        return self._sheet("Gates", rows, "gate", "limit", "measured", "passed")

    def _gate(self, name: str, value: float) -> str:
        if name == "max_cost_per_day":
            return amount(value, self.candidate)
        return f"{value:g} %" if name == "max_share_moved" else f"{value:,g}"

    def tiers(self) -> Sheet:
        """From which tier to which customers would have come out."""
        rows = [
            (
                tier_title(self.base, row["base"], self.language),
                tier_title(self.candidate, row["candidate"], self.language),
                f"{row['customers']:,}",
            )
            for row in self.report["tiers"]["at_the_end"]
        ]
        return self._sheet("Tiers at the end", rows, "with the base", "with the candidate", "customers")

    def rules(self) -> Sheet:
        """Which rules decided otherwise, and whose change that is."""
        rows = [
            (
                self._rule(row["rule"]),
                self.say(row["change"]),
                *(f"{row[name]:,}" for name in ("base", "candidate", "base_only", "candidate_only")),
                f"{row['blamed']:,}" if row["blamed"] else "",
                f"{row['blamed_customers']:,}" if row["blamed"] else "",
            )
            for row in self.report["rules"]
        ]
        headers = (
            "rule", "change", "before", "after", "only before", "only after", "differences that follow",
            "customers",
        )  # fmt: skip
        return self._sheet("Whose change it is", rows, *headers)

    def who(self) -> Sheet:
        """The first customers of every kind of move, by name."""
        rows: list[tuple[str, ...]] = []
        for change in CHANGES:
            moves = self.report["tiers"][change]
            rows += [self._move(change, move) for move in moves[:NAMED]]
            if len(moves) > NAMED:
                more = self.say(
                    "and {count} more; all of them stand in the JSON", count=f"{len(moves) - NAMED:,}"
                )
                rows.append((self.say(change), more, "", "", "", "", ""))
        headers = ("change", "customer", "tier", "day before", "day after", "days", "follows from")
        return self._sheet("Who", rows, *headers)

    def _move(self, change: str, move: Json) -> tuple[str, ...]:
        return (
            self.say(change),
            move["customer"],
            tier_title(self.candidate, move["tier"], self.language),
            move["base_day"] or "",
            move["candidate_day"] or "",
            f"{move['days']:+d}" if move["days"] else "",
            self._rule(move["blame"]),
        )

    def actions(self) -> Sheet:
        """Everything ordered, before and after."""
        ordered = sorted(self.report["actions"], key=lambda row: (row["kind"] in KINDS_LAST, row["kind"]))
        rows = [
            (
                f"{row['kind'].replace('_', ' ')} {row['name']}",
                f"{row['base']:,}",
                f"{row['candidate']:,}",
                f"{row['candidate'] - row['base']:+,}" if row["candidate"] != row["base"] else "",
                f"{row['base_customers']:,}",
                f"{row['candidate_customers']:,}",
                amount(row["candidate_cost"] - row["base_cost"], self.candidate)
                if row["candidate_cost"] != row["base_cost"]
                else "",
            )
            for row in ordered
        ]
        headers = ("action", "before", "after", "more", "customers before", "customers after", "cost")
        return self._sheet("Actions", rows, *headers)

    def flips(self) -> Sheet:
        """How often customers change tier."""
        flips = self.report["flips"]
        rows = [
            (f"{row['changes']}", f"{row['base']:,}", f"{row['candidate']:,}")
            for row in flips["customers_by_changes"]
        ]
        base, candidate = flips["most_within_a_year"]
        note = self.say(
            "most within a year: {base} before, {candidate} after", base=base, candidate=candidate
        )
        headers = tuple(map(self.say, ("changes", "customers before", "customers after")))
        return Sheet(self.say("Changes of tier"), rows, headers, note)

    def samples(self) -> Sheet:
        """Some customers with both explanations."""
        rows = [
            (
                sample["customer"],
                f"{self.say(sample['change'])}: {self._name(sample)}",
                sample["day"],
                self._rule(sample["rule"]),
                self._told(sample["base"], self.base),
                self._told(sample["candidate"], self.candidate),
            )
            for sample in self.report["samples"]
        ]
        headers = ("customer", "what", "day", "rule", "why with the base", "why with the candidate")
        return self._sheet("For example", rows, *headers)

    def _name(self, sample: Json) -> str:
        is_tier = sample["kind"] == "tier"
        return tier_title(self.candidate, sample["name"], self.language) if is_tier else sample["name"]

    def _told(self, told: Json, bundle: Bundle) -> str:
        if told["outcome"] == "absent":
            return self.say("no such rule")
        if told["outcome"] == "held":
            return self.say("held by {what}", what=told["held_by"])
        if told["outcome"] in ("decided", "earlier"):
            return self.say(
                "on {day}: {what}", day=told["day"], what=in_language(told["reason"], self.language)
            )
        missing = [self._leaf(leaf, bundle) for leaf in told["missing"]]
        if not missing and told["days_left"]:
            missing = [self.say("waits {days} more days", days=told["days_left"])]
        return self.say("not: {what}", what="; ".join(missing) or self.say("nothing more is known"))

    def _leaf(self, leaf: Json, bundle: Bundle) -> str:
        read = LeafTrace(
            leaf["fact"], leaf["phrase"], leaf["value"], leaf["outcome"], leaf["threshold"], leaf["margin"]
        )
        return self.say(
            "{fact} is {value}, {asked}",
            fact=fact_title(read.fact, bundle, self.language),
            value=leaf_value(read, bundle, self.language),
            asked=leaf_condition(read, bundle, self.language),
        )

    def _rule(self, name: str) -> str:
        """What people call a rule; a fact that is measured otherwise by its title."""
        if name.startswith("fact "):
            return fact_title(name.removeprefix("fact "), self.candidate, self.language)
        bundle = self.candidate if rule_of(self.candidate, name) else self.base
        return rule_title(bundle, name, self.language)

    def _sheet(self, title: str, rows: Sequence[Sequence[str]], *headers: str) -> Sheet:
        return Sheet(self.say(title), rows, tuple(map(self.say, headers)))


def series(report: Json, name: str) -> Iterator[tuple[str, float, float]]:
    """What fell on each day before and after: ``alerts``, ``tasks`` or ``cost``."""
    for day in report["days"]:
        base, candidate = day[name]
        yield day["day"], base, candidate
