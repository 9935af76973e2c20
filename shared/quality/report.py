"""The figures of a policy's alerts as JSON: by cut, for all, for repeat buyers and for the best fifth. Pure.

Figures are rounded here, once: shares and areas to four digits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean, median
from typing import Any

from shared.quality.alarms import Alarms
from shared.quality.columns import Columns, Observed
from shared.quality.cuts import Cuts
from shared.quality.observing import Question, Raised
from shared.quality.ranking import Interval, Ranked, ranked, wilson
from shared.quality.rfm import FIFTHS, fifths, rfm_risk

Json = dict[str, Any]

ALL, REPEAT, BEST = "all", "repeat", "best"
"""Everybody; who did it on more than one day; the fifth that brought most money."""
RISK, RFM, RECENCY = "risk", "rfm", "recency"


@dataclass(frozen=True, slots=True)
class Subject:
    """What was put to the test."""

    release: str
    name: str
    alert: str
    first_day: int


def quality_report(subject: Subject, question: Question, cuts: Cuts, observed: Observed) -> Json:
    """Everything that a page or a terminal tells, and scripts read."""
    by_cut = [_cut(cut, observed.at[cut], question) for cut in cuts.days]
    outcome = question.outcome
    over = [alert for alert in observed.raised if alert.left is not None]
    return {
        "release": subject.release,
        "name": subject.name,
        "rank": question.rank,
        "alert": subject.alert,
        "rules": sorted(question.rules),
        "outcome": {"event": outcome.event, "days": outcome.days, "phrase": outcome.told()},
        "days": {"first": _iso(subject.first_day), "last": _iso(question.last_day)},
        "cuts": by_cut,
        "means": _means(by_cut),
        "raised": {**_raised(over), "months": _months(over)},
        "left_out": {"cuts": cuts.left_out, "alerts": len(observed.raised) - len(over)},
        "intervals": "95 %: Hanley and McNeil 1982 for areas, Wilson 1927 for shares",
    }


def _cut(cut: int, columns: Columns, question: Question) -> Json:
    scores = {
        RISK: columns.risk,
        RFM: rfm_risk(columns.silent_days, columns.active_days, columns.money),
        RECENCY: columns.silent_days,
    }
    everyone, money = range(len(columns.left)), fifths(columns.money)
    groups = {
        ALL: everyone,
        REPEAT: [at for at in everyone if columns.active_days[at] > 1],
        BEST: [at for at in everyone if money[at] == FIFTHS],
    }
    return {
        "cut": _iso(cut),
        "until": _iso(cut + question.outcome.days),
        "unranked": columns.unranked,
        **{name: _group(chosen, columns, scores) for name, chosen in groups.items()},
    }


def _group(chosen: Sequence[int], columns: Columns, scores: Mapping[str, Sequence[float]]) -> Json:
    left = [bool(columns.left[at]) for at in chosen]
    alarmed = [bool(columns.alarmed[at]) for at in chosen]
    rankings = {
        name: _ranking(ranked([values[at] for at in chosen], left)) for name, values in scores.items()
    }
    return {
        "customers": len(left),
        "left": sum(left),
        "left_share": _rounded(sum(left) / len(left) if left else None),
        "rankings": rankings,
        "alerts": _alarms(Alarms.of(alarmed, left)),
    }


def _ranking(found: Ranked) -> Json:
    return {
        "auc": _rounded(found.auc),
        "auc_interval": _interval(found.auc_interval),
        "lift": _rounded(found.lift),
        "lift_interval": _interval(found.lift_interval),
    }


def _alarms(found: Alarms) -> Json:
    return {
        "alarmed": found.alarmed,
        "right": found.right,
        "precision": _rounded(found.precision),
        "precision_interval": _interval(found.precision_interval),
        "recall": _rounded(found.recall),
        "f1": _rounded(found.f1),
    }


def _means(by_cut: Sequence[Json]) -> Json:
    """Over the cuts: customers are the same at most of them, so no interval is claimed."""
    means: Json = {}
    for group in (ALL, REPEAT, BEST):
        means[group] = {
            name: {
                figure: _mean(cut[group]["rankings"][name][figure] for cut in by_cut)
                for figure in ("auc", "lift")
            }
            for name in (RISK, RFM, RECENCY)
        }
    return means


def _mean(figures: Iterable[float | None]) -> float | None:
    known = [figure for figure in figures if figure is not None]
    return _rounded(fmean(known)) if known else None


def _raised(alerts: Sequence[Raised]) -> Json:
    right = sum(bool(alert.left) for alert in alerts)
    return {
        "alerts": len(alerts),
        "right": right,
        "precision": _rounded(right / len(alerts)) if alerts else None,
        "precision_interval": _interval(wilson(right, len(alerts))) if alerts else None,
        "median_silent_days": median(alert.silent_days for alert in alerts) if alerts else None,
    }


def _months(alerts: Sequence[Raised]) -> list[Json]:
    months: dict[str, list[Raised]] = {}
    for alert in sorted(alerts, key=lambda each: each.day):
        months.setdefault(_iso(alert.day)[:7], []).append(alert)
    return [{"month": month, **_raised(own)} for month, own in months.items()]


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 4)


def _interval(found: Interval | None) -> list[float] | None:
    return None if found is None else [round(bound, 4) for bound in found]


def _iso(day: int) -> str:
    return date.fromordinal(day).isoformat()
