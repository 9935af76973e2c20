"""The quality of alerts as tables of text, the summary first; terminal and page show the same ones. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.model.rules import Bundle
from shared.quality.outcome import Outcome
from shared.reports.quality_words import worded
from shared.reports.sheet import Sheet
from shared.reports.wording import fact_title

Json = Mapping[str, Any]

RANKED = "AUC: how often a leaver ranks above a stayer; lift: leavers in the riskiest tenth against the mean"
RECALL = "of all customers; in the best fifth: of the customers who brought most up to the cut"
INTERVALS = "intervals: Hanley and McNeil 1982, Wilson 1927"


@dataclass(frozen=True, slots=True)
class QualitySheets:
    """The sheets of one report in one language; the bundle gives facts their titles."""

    report: Json
    bundle: Bundle
    language: str

    def all(self) -> list[Sheet]:
        """Every sheet that has something to tell."""
        ranked = self.ranking("Who was expected to leave first", "all", RANKED)
        repeat = self.ranking("Repeat buyers alone", "repeat", INTERVALS)
        sheets = (self.summary(), ranked, repeat, self.alarms(), self.months())
        return [sheet for sheet in sheets if sheet.rows]

    def say(self, text: str, **values: object) -> str:
        """Words of the report's language."""
        return worded(self.language, text, **values)

    def summary(self) -> Sheet:
        """What a person in a hurry reads."""
        found, rank = self.report, self.report["rank"]
        outcome = Outcome(found["outcome"]["event"], found["outcome"]["days"])
        rows = (
            ("leaving means", outcome.told(self.language)),
            ("rules", f"{found['name']} {found['release'][:12]}"),
            ("events", self.say("{first} to {last}", **found["days"])),
            ("ranked by", f"{fact_title(rank, self.bundle, self.language)} ({rank})"),
            ("over the cuts", self._means()),
            ("alert", f"{found['alert']} ({', '.join(found['rules'])})"),
            ("alerts raised", self._raised()),
            ("left out", self._left_out()),
        )
        return Sheet(self.say("Quality of alerts"), [(self.say(name), text) for name, text in rows])

    def _means(self) -> str:
        means = self.report["means"]["all"]
        return self.say(
            "AUC {auc}, lift {lift}; RFM {rfm}, {rfm_lift}; recency {recency}, {recency_lift}",
            auc=_area(means["risk"]["auc"]),
            lift=_lift(means["risk"]["lift"]),
            rfm=_area(means["rfm"]["auc"]),
            rfm_lift=_lift(means["rfm"]["lift"]),
            recency=_area(means["recency"]["auc"]),
            recency_lift=_lift(means["recency"]["lift"]),
        )

    def _raised(self) -> str:
        raised = self.report["raised"]
        if not raised["alerts"]:
            return self.say("none whose window is over")
        return self.say(
            "{alerts}, of whom {right} left: {precision}; silent for {days} days (median) when raised",
            alerts=f"{raised['alerts']:,}",
            right=f"{raised['right']:,}",
            precision=_share(raised["precision"], raised["precision_interval"]),
            days=f"{raised['median_silent_days']:g}",
        )

    def _left_out(self) -> str:
        left_out = self.report["left_out"]
        return self.say("{cuts} cuts and {alerts} alerts whose window is not over", **left_out)

    def ranking(self, title: str, group: str, note: str) -> Sheet:
        """How well the rank, RFM and recency put leavers first, cut by cut."""
        rows = [
            _ranking_row(cut["cut"], cut[group]) for cut in self.report["cuts"] if cut[group]["customers"]
        ]
        headers = (
            "cut",
            "customers",
            "left",
            "AUC",
            "95 %",
            "lift",
            "RFM",
            "RFM lift",
            "recency",
            "recency lift",
        )
        return Sheet(self.say(title), rows, [self.say(header) for header in headers], self.say(note))

    def alarms(self) -> Sheet:
        """The alerts that were open at each cut, read as predictions."""
        rows = [_alarm_row(cut) for cut in self.report["cuts"]]
        headers = (
            "cut",
            "alarmed",
            "left",
            "precision",
            "recall",
            "F1",
            "best fifth",
            "left",
            "precision",
            "recall",
            "F1",
        )
        title = self.say("Alerts open at each cut")
        return Sheet(title, rows, [self.say(header) for header in headers], self.say(RECALL))

    def months(self) -> Sheet:
        """The alerts raised in each month, read as predictions on their own day."""
        rows = [
            (
                month["month"],
                f"{month['alerts']:,}",
                f"{month['right']:,}",
                _share(month["precision"], month["precision_interval"]),
                f"{month['median_silent_days']:g}",
            )
            for month in self.report["raised"]["months"]
        ]
        headers = ("month", "raised", "of these left", "precision", "silent days")
        title = self.say("Alerts by the month they were raised")
        return Sheet(title, rows, [self.say(header) for header in headers])


def _ranking_row(cut: str, group: Json) -> tuple[str, ...]:
    risk, others = group["rankings"]["risk"], (group["rankings"][name] for name in ("rfm", "recency"))
    return (
        cut,
        f"{group['customers']:,}",
        _percent(group["left_share"]),
        _area(risk["auc"]),
        "–".join(map(_area, risk["auc_interval"] or ())),
        _lift(risk["lift"]),
        *(text for other in others for text in (_area(other["auc"]), _lift(other["lift"]))),
    )


def _alarm_row(cut: Json) -> tuple[str, ...]:
    return (cut["cut"], *(text for group in ("all", "best") for text in _alarms(cut[group]["alerts"])))


def _alarms(alerts: Json) -> tuple[str, ...]:
    precision = _share(alerts["precision"], alerts["precision_interval"])
    counts = (f"{alerts['alarmed']:,}", f"{alerts['right']:,}")
    return (*counts, precision, _percent(alerts["recall"]), _area(alerts["f1"]))


def points(report: Json) -> Iterator[tuple[str, Sequence[float | None]]]:
    """For a chart: each cut with the areas of rank, RFM and recency."""
    for cut in report["cuts"]:
        rankings = cut["all"]["rankings"]
        yield cut["cut"], [rankings[name]["auc"] for name in ("risk", "rfm", "recency")]


def _area(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.3f}"


def _lift(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.2f}"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f} %"


def _share(share: float | None, interval: Sequence[float] | None) -> str:
    if share is None or interval is None:
        return ""
    return f"{_percent(share)} ({100 * interval[0]:.0f}–{100 * interval[1]:.0f} %)"
