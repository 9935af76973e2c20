"""Whether a decision can be made again from its record and its release alone, and where it differs if not.

A record names personal facts without their values; these are looked up in the customer's history, and when
they are gone (erased) the decision is told as *unresolved* instead of different.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from shared.contracts.codecs import decision_from_document, decision_to_data
from shared.contracts.decision import DecisionRecord
from shared.explaining.archive import Archive
from shared.model.rules import Bundle
from shared.policy.engine.registry import engine_named
from shared.policy.evaluation.recorded import Facts, Personal, personal_facts
from shared.policy.evaluation.replay import Remaker
from shared.reports.projection import as_line
from shared.store.port import Document

Result = Literal["identical", "different", "unresolved"]
_MOST_PROFILES = 20
"""So many states of a profile are tried, the latest first."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place, as JSON pointer, where the record and what is made of it now differ; None: not there."""

    pointer: str
    recorded: Any
    remade: Any


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of making a decision again; *personal*: the facts whose values its record leaves out."""

    decision: str
    result: Result
    differences: tuple[Difference, ...] = ()
    personal: tuple[str, ...] = ()


def replay_decision(archive: Archive, document: Document) -> Replayed:
    """Make one stored decision again and compare the records byte for byte."""
    with Replays(archive) as replays:
        return replays.of(document)


class Replays:
    """Makes stored decisions again, keeping what is compiled for one for the next."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._remakers: dict[str, Remaker] = {}

    def of(self, document: Document) -> Replayed:
        """Make the decision again and compare the records byte for byte."""
        record = decision_from_document(document)
        bundle = self._archive.releases.bundle(record.release)
        personal = personal_facts(record, bundle)
        known = self._archive.profiles(record.customer, bundle) if personal else []
        remembered = [{name: profile.get(name) for name in personal} for profile in known]
        best = self._nearest(document, record, bundle, remembered)
        result: Result = "identical" if not best else "different"
        if best and personal and not _says_something(remembered):
            result = "unresolved"
        return Replayed(record.id, result, best, personal)

    def _nearest(
        self, document: Document, record: DecisionRecord, bundle: Bundle, profiles: Sequence[Facts]
    ) -> tuple[Difference, ...]:
        """Where the record differs from what is made of it now, with the personal values that fit best."""
        remaker = self._remakers.setdefault(record.engine, Remaker(engine_named(record.engine)))
        best: tuple[Difference, ...] | None = None
        for personal in _tries(profiles):
            found = _compared(document, remaker.remake(record, bundle, personal))
            best = found if best is None or len(found) < len(best) else best
            if not best:
                break
        return best or ()

    def __enter__(self) -> "Replays":
        return self

    def __exit__(self, *_raised: object) -> None:
        for remaker in self._remakers.values():
            remaker.close()


def _says_something(profiles: Sequence[Facts]) -> bool:
    return any(value is not None for profile in profiles for value in profile.values())


def _tries(profiles: Sequence[Facts]) -> Iterator[Personal]:
    """What the personal facts may have been: a late event may have changed the past since."""
    latest = list({orjson.dumps(each, option=orjson.OPT_SORT_KEYS): each for each in profiles}.values())
    latest = latest[: -_MOST_PROFILES - 1 : -1]
    if not latest:
        yield Personal()
    for now in latest:
        yield from (Personal(now, before) for before in latest)


def _compared(document: Document, made: DecisionRecord | None) -> tuple[Difference, ...]:
    recorded = {name: value for name, value in document.items() if name != "_id"}
    remade = {} if made is None else decision_to_data(made)
    if as_line(recorded) == as_line(remade):
        return ()
    return tuple(differences(orjson.loads(as_line(recorded)), orjson.loads(as_line(remade))))


def differences(recorded: Any, remade: Any, pointer: str = "") -> Iterator[Difference]:
    """Where two JSON values differ, as deep inside as they can be told apart."""
    if isinstance(recorded, dict) and isinstance(remade, dict):
        for name in sorted(recorded.keys() | remade.keys()):
            yield from differences(recorded.get(name), remade.get(name), f"{pointer}/{name}")
    elif isinstance(recorded, list) and isinstance(remade, list) and len(recorded) == len(remade):
        for number, (one, other) in enumerate(zip(recorded, remade, strict=True)):
            yield from differences(one, other, f"{pointer}/{number}")
    elif recorded != remade or type(recorded) is not type(remade):
        yield Difference(pointer, recorded, remade)
