"""Changing side documents that are there already: pure changes, each applied exactly once.

Compare-and-set, again until it succeeds, because people and other partitions change the same documents.
"""

from collections.abc import Iterable, Mapping, Sequence

from shared.flow.processor import Amendment, Change
from shared.store.port import Collection, Document, Replacement

Pending = Mapping[str, Sequence[Change]]
"""By document, what is to be done to it, in order."""


def amend(amendments: Iterable[Amendment]) -> None:
    """Apply every amendment; those of a document that is not there any more are void."""
    by_collection: dict[str, tuple[Collection, dict[str, list[Change]]]] = {}
    for each in amendments:
        _, wanted = by_collection.setdefault(each.collection.name, (each.collection, {}))
        wanted.setdefault(each.id, []).append(each.change)
    for collection, wanted in by_collection.values():
        pending: Pending = wanted
        while pending:
            conflicts = _try(collection, pending)
            pending = {name: pending[name] for name in conflicts}


def _try(collection: Collection, pending: Pending) -> Iterable[str]:
    """Change what can be changed now; return the documents that somebody else changed meanwhile."""
    replacements = []
    for name, found in collection.get_many(sorted(pending)).items():
        changed = _changed(found.document, pending[name])
        if changed != found.document:
            replacements.append(Replacement(changed, found.version))
    return collection.replace(replacements) if replacements else ()


def _changed(document: Document, changes: Sequence[Change]) -> Document:
    for change in changes:
        document = change(document)
    return document
