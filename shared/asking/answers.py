"""The reports by name: asked of the records, answered as data and as tables, alike for commands and HTTP."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from shared.asking.base import ask_files, ask_traits
from shared.asking.digesting import ask_digest
from shared.asking.earning import ask_profit
from shared.asking.leaving import ask_churn
from shared.asking.lists import ask_alerts, ask_circle, ask_owners, ask_pareto, ask_reasons, ask_tasks
from shared.asking.records import Records
from shared.asking.referring import ask_referrals
from shared.asking.returning import ask_winback
from shared.asking.shadowing import ask_shadow
from shared.asking.staging import ask_lifecycle
from shared.asking.wish import Wish
from shared.reports.alerts import by_kind
from shared.reports.churn_sheets import churn_sheets
from shared.reports.customer_base_sheets import files_sheets, traits_sheets
from shared.reports.digest import digest_sheets
from shared.reports.lifecycle_sheets import lifecycle_sheets
from shared.reports.owner_sheets import owner_sheets
from shared.reports.profit_sheets import profit_sheets
from shared.reports.referral_sheets import referral_sheets
from shared.reports.report_sheets import alert_sheets, circle_sheets, pareto_sheets, task_sheets
from shared.reports.shadow_sheets import shadow_sheets
from shared.reports.sheet import Sheet
from shared.reports.winback_sheets import winback_sheets


@dataclass(frozen=True, slots=True)
class Answer:
    """A report: *data* for programs, *sheets* for people, still in English but for what rule files say.

    *problems* say in what way the data does not agree with itself.
    """

    data: Any
    sheets: Sequence[Sheet]
    problems: Sequence[str] = ()


def circle(records: Records, wanted: Wish) -> Answer:
    """Members by month: opening + entered - left = closing, with the reasons."""
    found = ask_circle(records)
    shown = [each for each in found.months if wanted.month in {None, each.month}]
    return Answer(asdict(found), circle_sheets(shown, records.bundle, wanted.language), found.problems)


def alerts(records: Records, wanted: Wish) -> Answer:
    """Open alerts, the most severe and newest first."""
    found = ask_alerts(records)
    reasons = ask_reasons(records, found)
    data = {
        "counts": [
            {"alert": alert, "severity": severity, "count": count}
            for (alert, severity), count in by_kind(found).items()
        ],
        "alerts": [{**asdict(alert), "reason": reasons.get(alert.decision, {})} for alert in found],
    }
    return Answer(data, alert_sheets(found, reasons, records.bundle, wanted.language))


def tasks(records: Records, wanted: Wish) -> Answer:
    """Open care tasks by due day."""
    found = ask_tasks(records)
    return Answer(asdict(found), task_sheets(found, wanted.language))


def owners(records: Records, wanted: Wish) -> Answer:
    """Care tasks by owner: open, due soon, overdue, done in the last 30 days and how soon."""
    found = ask_owners(records)
    return Answer({"owners": [asdict(load) for load in found]}, owner_sheets(found))


def pareto(records: Records, wanted: Wish) -> Answer:
    """Which part of the customers brings which part of the value: measured."""
    if wanted.margin_percent is not None:
        earned = ask_profit(records, wanted)
        return Answer(asdict(earned), profit_sheets(earned, records.bundle))
    name, found = ask_pareto(records, wanted.metric)
    data = {"metric": name, "top_share_percent": found.top_share_percent, **asdict(found)}
    return Answer(data, pareto_sheets(found, name, records.bundle, wanted.language))


def churn(records: Records, wanted: Wish) -> Answer:
    """Why customers leave: which kind, when, after what, and what declined."""
    found = ask_churn(records, wanted)
    return Answer(asdict(found), churn_sheets(found, records.bundle, wanted.language))


def winback(records: Records, wanted: Wish) -> Answer:
    """Who left the circle, what they were worth, who was called, and who came back."""
    found = ask_winback(records, wanted)
    return Answer(asdict(found), winback_sheets(found, records.bundle, wanted.language))


def lifecycle(records: Records, wanted: Wish) -> Answer:
    """Stages now, moves between them in the period, and how long customers stay."""
    found = ask_lifecycle(records, wanted)
    return Answer(asdict(found), lifecycle_sheets(found), found.problems)


def traits(records: Records, wanted: Wish) -> Answer:
    """How traits and score are spread, what rests on evidence, and whose hand ratings are stale."""
    found = ask_traits(records)
    return Answer(asdict(found), traits_sheets(found, records.bundle, wanted.language))


def files(records: Records, wanted: Wish) -> Answer:
    """How complete and recent customers' files are, by field and by owner."""
    found = ask_files(records, wanted)
    return Answer(asdict(found), files_sheets(found, records.bundle, wanted.language))


def referrals(records: Records, wanted: Wish) -> Answer:
    """The referral programme: chosen, asked, recommended, converted, and what it brought."""
    found = ask_referrals(records, wanted)
    return Answer(asdict(found), referral_sheets(found, records.bundle))


def shadow(records: Records, wanted: Wish) -> Answer:
    """What rules in shadow would have ordered, beside what live rules did."""
    found = ask_shadow(records)
    return Answer(
        {"rules": [asdict(each) for each in found]}, shadow_sheets(found, records.bundle, wanted.language)
    )


def digest(records: Records, wanted: Wish) -> Answer:
    """One page for a manager: the circle's flow, open alerts, overdue tasks, rules that stand still."""
    found = ask_digest(records)
    return Answer(asdict(found), digest_sheets(found, records.bundle, wanted.language))


REPORTS: Mapping[str, Callable[[Records, Wish], Answer]] = {
    "circle": circle,
    "alerts": alerts,
    "tasks": tasks,
    "owners": owners,
    "pareto": pareto,
    "churn": churn,
    "winback": winback,
    "referrals": referrals,
    "lifecycle": lifecycle,
    "traits": traits,
    "files": files,
    "shadow": shadow,
    "digest": digest,
}
"""Every report that commands and HTTP have in common."""
