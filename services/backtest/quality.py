"""Score one release's alerts and ranking over a history: replayed as it would have decided, day by day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from shared.backtest.course import Course, CustomerLog
from shared.backtest.history import History
from shared.backtest.replay import Instruments, Replayed, measured, turns
from shared.contracts.decision import DecisionRecord
from shared.contracts.snapshot import Snapshot
from shared.customer.yardstick import yardsticks
from shared.errors import RefusedError
from shared.model.rules import ActionKind, Budget, Bundle
from shared.policy.engine.registry import engine_named
from shared.policy.evaluation.admissions import Admission
from shared.policy.evaluation.case import Case
from shared.policy.evaluation.judge import judges
from shared.policy.said import listed
from shared.policy.suggest import did_you_mean
from shared.quality.columns import Observed
from shared.quality.cuts import cuts
from shared.quality.observing import Deeds, Question, raised, standings
from shared.quality.outcome import Outcome, read_outcome
from shared.quality.report import Json, Subject, quality_report

ENGINE = "python"
RANK, ALERT = "churn_risk", "churn"
"""What the shipped rules offer: a number that ranks, an alert that foretells."""


class UnknownRankError(RefusedError):
    """The release has no such number to rank by."""

    code = "unknown-rank"


class UnknownAlertError(RefusedError):
    """No rule of the release raises it."""

    code = "unknown-alert"


class NothingObservedError(RefusedError):
    """No cut has a window that is observed to its end."""

    code = "nothing-observed"


class Unbudgeted:
    """Everybody is admitted: foresight is at test, not the hands there are."""

    def admit(self, rule: str, day: int, decision_id: str, budget: Budget) -> Admission:
        """A place."""
        return Admission(1, 1)


@dataclass(frozen=True, slots=True)
class Foresight:
    """What to put to the asked. *cuts* empty: every month end; *alert*: the alert that foretells leaving."""

    outcome: str
    rank: str
    alert: str
    cuts: Sequence[int] = ()


def score_alerts(
    asked: Foresight, bundle: Bundle, history: History, days: tuple[int, int], advance: Callable[[int], None]
) -> Json:
    """Report how well *bundle* foresaw the outcome over *history*, whose first and last day are *days*."""
    outcome = read_outcome(asked.outcome, bundle.catalogue.events)
    _expect_number(asked.rank, bundle)
    found = cuts(asked.cuts, *days, outcome.days)
    if not found.days:
        raise NothingObservedError(_too_short(outcome, found.left_out))
    question = Question(outcome, asked.rank, _rules_of(asked.alert, bundle), found.days, days[1])
    observed = _observed(question, bundle, history, advance)
    subject = Subject(bundle.digest, bundle.name, asked.alert, days[0])
    return quality_report(subject, question, found, observed)


def _observed(
    question: Question, bundle: Bundle, history: History, advance: Callable[[int], None]
) -> Observed:
    known = {bundle.digest: bundle}
    instruments = Instruments(yardsticks(known.__getitem__), judges(known.__getitem__, engine_named(ENGINE)))
    courses = {partition: course.under(bundle.digest) for partition, course in history.courses.items()}
    day_of = instruments.yardstick(bundle.digest).local_time.day_of
    observed = Observed()
    for log in history.logs():
        told, decisions = _replayed(log, courses, instruments)
        deeds = Deeds.of((event for _, event in log.events), question.outcome, day_of)
        observed.add(standings(deeds, told, decisions, question), raised(deeds, decisions, question))
        advance(len(log.events))
    return observed


def _replayed(
    log: CustomerLog, courses: Mapping[int, Course], instruments: Instruments
) -> tuple[list[Snapshot], list[DecisionRecord]]:
    """What scoring told of a customer and what was decided, whatever the budgets."""
    course, replayed = courses[log.partition], Replayed(Case(log.customer))
    told = list(measured(log, course, instruments.yardstick))
    for _ in turns(iter(told), course, instruments, Unbudgeted(), replayed):
        pass
    return [snapshot for _, _, snapshot in told], replayed.decisions


def _rules_of(alert: str, bundle: Bundle) -> frozenset[str]:
    """The rules that raise *alert*."""
    by_alert: dict[str, set[str]] = {}
    for policy in bundle.policies:
        for rule in policy.rules:
            for action in rule.actions:
                if action.kind is ActionKind.RAISE_ALERT:
                    by_alert.setdefault(str(action.fields["alert"]), set()).add(rule.id)
    if alert not in by_alert:
        hint = did_you_mean(alert, by_alert) or f"there are {listed(sorted(by_alert))}"
        raise UnknownAlertError(f'no rule of the release raises the alert "{alert}"; {hint}')
    return frozenset(by_alert[alert])


def _expect_number(rank: str, bundle: Bundle) -> None:
    fact = bundle.facts.get(rank)
    if fact is None or not fact.kind.is_numeric:
        numbers = [name for name, each in bundle.facts.items() if each.kind.is_numeric]
        hint = did_you_mean(rank, numbers)
        raise UnknownRankError(f'"{rank}" is no number that the release knows{f"; {hint}" if hint else ""}')


def _too_short(outcome: Outcome, left_out: int) -> str:
    return (
        f'nothing to score yet: no day has "{outcome.told()}" observed to its end before the last event '
        f"({left_out} left out); choose fewer days or earlier --cut"
    )
