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
from shared.asking.uplift import ask_uplift
from shared.asking.wish import Wish
from shared.charts.figure import Figure
from shared.reports.alerts import by_kind
from shared.reports.churn_sheets import churn_sheets
from shared.reports.customer_base_sheets import files_sheets, traits_sheets
from shared.reports.digest import digest_sheets
from shared.reports.figures.base import files_figures, traits_figures
from shared.reports.figures.circle import circle_figures
from shared.reports.figures.leaving import churn_figures, winback_figures
from shared.reports.figures.pareto import pareto_figures, profit_figures
from shared.reports.figures.shadow import shadow_figures
from shared.reports.figures.stages import lifecycle_figures, referral_figures
from shared.reports.figures.uplift import uplift_figures
from shared.reports.figures.work import alerts_figures, digest_figures, owners_figures, tasks_figures
from shared.reports.lifecycle_sheets import lifecycle_sheets
from shared.reports.owner_sheets import owner_sheets
from shared.reports.profit_sheets import profit_sheets
from shared.reports.referral_sheets import referral_sheets
from shared.reports.report_sheets import alert_sheets, circle_sheets, pareto_sheets, task_sheets
from shared.reports.shadow_sheets import shadow_sheets
from shared.reports.sheet import Sheet
from shared.reports.uplift_sheets import uplift_sheets
from shared.reports.winback_sheets import winback_sheets
from shared.reports.wording import fact_title


@dataclass(frozen=True, slots=True)
class Answer:
    """A report: *data* for programs, *sheets* for people, still in English but for what rule files say.

    *figures* are its charts, in the language asked for. *problems* say in what way the data does not agree
    with itself.
    """

    data: Any
    sheets: Sequence[Sheet]
    figures: Sequence[Figure] = ()
    problems: Sequence[str] = ()


def circle(records: Records, wanted: Wish) -> Answer:
    """Members by month: opening + entered - left = closing, with the reasons."""
    found = ask_circle(records, why=True)
    shown = [each for each in found.months if wanted.month in {None, each.month}]
    sheets = circle_sheets(shown, records.bundle, wanted.language)
    return Answer(asdict(found), sheets, circle_figures(shown, wanted.language), found.problems)


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
    sheets = alert_sheets(found, reasons, records.bundle, wanted.language)
    return Answer(data, sheets, alerts_figures(found, wanted.language))


def tasks(records: Records, wanted: Wish) -> Answer:
    """Open care tasks by due day."""
    found = ask_tasks(records)
    sheets = task_sheets(found, wanted.language)
    return Answer(asdict(found), sheets, tasks_figures(found, wanted.language))


def owners(records: Records, wanted: Wish) -> Answer:
    """Care tasks by owner: open, due soon, overdue, done in the last 30 days and how soon."""
    found = ask_owners(records)
    data = {"owners": [asdict(load) for load in found]}
    return Answer(data, owner_sheets(found), owners_figures(found, wanted.language))


def pareto(records: Records, wanted: Wish) -> Answer:
    """Which part of the customers brings which part of the value: measured."""
    if wanted.margin_percent is not None:
        return _profit(records, wanted)
    name, found = ask_pareto(records, wanted.metric)
    data = {"metric": name, "top_share_percent": found.top_share_percent, **asdict(found)}
    sheets = pareto_sheets(found, name, records.bundle, wanted.language)
    title = fact_title(name, records.bundle, wanted.language)
    return Answer(data, sheets, pareto_figures(found, title, wanted.language))


def _profit(records: Records, wanted: Wish) -> Answer:
    found = ask_profit(records, wanted)
    unit = f" {records.bundle.catalogue.currency}"
    figures = profit_figures(found, unit, wanted.language)
    return Answer(asdict(found), profit_sheets(found, records.bundle), figures)


def churn(records: Records, wanted: Wish) -> Answer:
    """Why customers leave: which kind, when, after what, and what declined."""
    found = ask_churn(records, wanted)
    sheets = churn_sheets(found, records.bundle, wanted.language)
    return Answer(asdict(found), sheets, churn_figures(found, records.bundle, wanted.language))


def winback(records: Records, wanted: Wish) -> Answer:
    """Who left the circle, what they were worth, who was called, and who came back."""
    found = ask_winback(records, wanted)
    sheets = winback_sheets(found, records.bundle, wanted.language)
    return Answer(asdict(found), sheets, winback_figures(found, wanted.language))


def lifecycle(records: Records, wanted: Wish) -> Answer:
    """Stages now, moves between them in the period, and how long customers stay."""
    found = ask_lifecycle(records, wanted)
    figures = lifecycle_figures(found, wanted.language)
    return Answer(asdict(found), lifecycle_sheets(found), figures, found.problems)


def traits(records: Records, wanted: Wish) -> Answer:
    """How traits and score are spread, what rests on evidence, and whose hand ratings are stale."""
    found = ask_traits(records)
    sheets = traits_sheets(found, records.bundle, wanted.language)
    return Answer(asdict(found), sheets, traits_figures(found, records.bundle, wanted.language))


def files(records: Records, wanted: Wish) -> Answer:
    """How complete and recent customers' files are, by field and by owner."""
    found = ask_files(records, wanted)
    sheets = files_sheets(found, records.bundle, wanted.language)
    return Answer(asdict(found), sheets, files_figures(found, records.bundle, wanted.language))


def referrals(records: Records, wanted: Wish) -> Answer:
    """The referral programme: chosen, asked, recommended, converted, and what it brought."""
    found = ask_referrals(records, wanted)
    sheets = referral_sheets(found, records.bundle)
    return Answer(asdict(found), sheets, referral_figures(found, wanted.language))


def shadow(records: Records, wanted: Wish) -> Answer:
    """What rules in shadow would have ordered, beside what live rules did."""
    found = ask_shadow(records)
    sheets = shadow_sheets(found, records.bundle, wanted.language)
    figures = shadow_figures(found, records.bundle, wanted.language)
    return Answer({"rules": [asdict(each) for each in found]}, sheets, figures)


def uplift(records: Records, wanted: Wish) -> Answer:
    """Does care work: purchases after care against a holdout drawn by chance, with interval and verdict."""
    found = ask_uplift(records, wanted)
    sheets = uplift_sheets(found, records.bundle, wanted.language)
    return Answer(asdict(found), sheets, uplift_figures(found, records.bundle, wanted.language))


def digest(records: Records, wanted: Wish) -> Answer:
    """One page for a manager: the circle's flow, open alerts, overdue tasks, rules that stand still."""
    found = ask_digest(records)
    sheets = digest_sheets(found, records.bundle, wanted.language)
    return Answer(asdict(found), sheets, digest_figures(found, records.bundle, wanted.language))


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
    "uplift": uplift,
    "digest": digest,
}
"""Every report that commands and HTTP have in common."""
