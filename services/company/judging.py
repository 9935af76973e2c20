"""Does care work: as Guanxi estimates it, with the truth beside it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from services.company.ledger import CARE
from shared.asking.records import Records
from shared.asking.uplift import ask_uplift, first_decisions
from shared.asking.wish import Wish
from shared.customer.local_time import LocalTime
from shared.errors import RefusedError
from shared.model.rules import Bundle
from shared.reports.uplift_sheets import UpliftReport
from shared.uplift.following import Orders
from shared.uplift.truth import pooled_truth, true_effect


class NoTruthError(RefusedError):
    """The directory was not left by a run of the company."""

    code = "no-truth"


@dataclass(frozen=True, slots=True)
class Judged:
    """The report, and the true effect by rule and group, and by kind of action."""

    report: UpliftReport
    truth: dict[tuple[str, str], float | None]
    by_action: dict[str, float | None]


def judge(installation: Records, home: Path, *, days: int, fact: str | None) -> Judged:
    """Ask for the uplift in orders, and reckon the truth for the same customers and days."""
    brought = _brought(home / CARE, LocalTime(installation.bundle.catalogue.timezone))
    report = ask_uplift(installation, Wish(days=days, by=fact))
    begun = first_decisions(installation, {rule for rule, _, _ in report.rules}, fact)
    today = installation.last_closed_day()
    truth = {
        (rule, group): true_effect(each, brought[rule], days=days, today=today)
        for (rule, group), each in begun.items()
    }
    return Judged(report, truth, _by_action(installation.bundle, report, truth))


def _by_action(
    bundle: Bundle, report: UpliftReport, truth: Mapping[tuple[str, str], float | None]
) -> dict[str, float | None]:
    rules = [rule for policy in bundle.policies for rule in policy.rules]
    kinds = {rule.id: {action.kind.value for action in rule.actions} for rule in rules}
    return {
        kind: pooled_truth(
            [
                (each.uplift, truth.get((rule, group)))
                for rule, group, each in report.rules
                if kind in kinds.get(rule, ())
            ]
        )
        for kind, _ in report.actions
    }


def _brought(path: Path, local: LocalTime) -> dict[str, dict[str, Orders]]:
    """The orders that care brought, by rule and customer."""
    days: dict[str, dict[str, list[tuple[int, float]]]] = defaultdict(lambda: defaultdict(list))
    try:
        with path.open("rb") as lines:
            for told in map(orjson.loads, lines):
                if brought := told["brought_order_at"]:
                    days[told["rule"]][told["customer_id"]].append((local.day_of(brought), 1.0))
    except FileNotFoundError as error:
        raise NoTruthError(f"there is no {path}; `guanxi company run` leaves one") from error
    found = {
        rule: {customer: Orders(each) for customer, each in customers.items()}
        for rule, customers in days.items()
    }
    return defaultdict(dict, found)
