"""How an episode goes on: begins, ripens by `for`, clears by `clear_when` and `keep_for`, ends.

Pure. Takes what is true today and returns the next state; orders nothing.
"""

from shared.model.rules import RuleDef, WhenMissing
from shared.policy.evaluation.episode import ACTIVE, CLEARING, PENDING, Episode
from shared.quick_dataclass import dataclass, replace


@dataclass(frozen=True, slots=True)
class Step:
    """Where an episode stands now; *over* and *stopped* say how it ended when it is gone."""

    episode: Episode | None
    over: bool = False
    stopped: bool = False


NOTHING = Step(None)


def holds(rule: RuleDef, episode: Episode | None, when: bool | None, clear: bool | None) -> bool | None:
    """Whether the rule's reason to act stands: true, false, or unknown with no `when_missing: no` to decide.

    Once active, a rule with `clear_when` lets go only when that is true and `when` is not.
    """
    if rule.when_missing is WhenMissing.NO:
        when, clear = bool(when), bool(clear)
    if rule.clear_when is None or episode is None or episode.phase == PENDING or when:
        return when
    return None if clear is None else not clear


def advance(rule: RuleDef, episode: Episode | None, standing: bool | None, day: int) -> Step:
    """Move the episode on to *day*, on which the reason to act stands, does not, or is unknown."""
    if standing is None:
        return _wait(rule, episode, day)
    if episode is None:
        return _ripen(rule, Episode(day, since=day), day) if standing else NOTHING
    episode = _thaw(episode, day)
    if not standing:
        return _let_go(rule, episode, day)
    if episode.phase == PENDING:
        return _ripen(rule, episode, day)
    return Step(replace(episode, phase=ACTIVE) if episode.phase == CLEARING else episode)


def _wait(rule: RuleDef, episode: Episode | None, day: int) -> Step:
    if episode is None:
        return NOTHING
    if rule.when_missing is WhenMissing.STOP:
        return Step(None, over=True, stopped=True)
    return Step(episode if episode.frozen_since is not None else replace(episode, frozen_since=day))


def _thaw(episode: Episode, day: int) -> Episode:
    """Timers go on where they stood: the days spent frozen do not count."""
    if episode.frozen_since is None:
        return episode
    days = day - episode.frozen_since
    return replace(
        episode,
        frozen_since=None,
        since=episode.since + days,
        counted_from=episode.counted_from + days,
    )


def _ripen(rule: RuleDef, episode: Episode, day: int) -> Step:
    if day - episode.since < rule.for_days:
        return Step(episode)
    return Step(replace(episode, phase=ACTIVE, counted_from=day))


def _let_go(rule: RuleDef, episode: Episode, day: int) -> Step:
    if episode.phase == PENDING:
        return Step(None, over=True)
    if episode.phase == ACTIVE:
        episode = replace(episode, phase=CLEARING, since=day)
    return Step(None, over=True) if day - episode.since >= rule.keep_for_days else Step(episode)
