"""The indexes that a collection declares, made where they are not there yet.

Making one that exists is nothing to MongoDB, so processes may start together. A field that is declared later
is first filled in from the documents; its index being there says that this was done.
"""

from collections.abc import Iterator
from typing import Any

import orjson
from pymongo import IndexModel, UpdateOne
from pymongo.synchronous.collection import Collection as Kept

from shared.store.mongo_layout import Layout, path_key, to_path
from shared.store.port import CollectionSpec, Index

_FILL_AT_ONCE = 500
_FIELDS = "fields."


def prepare(kept: Kept[dict[str, Any]], spec: CollectionSpec) -> Layout:
    """Make what *spec* declares and the collection does not have yet; return how documents are kept.

    Fields that are no longer declared go on being kept as long as their index is there, so that declaring
    them again finds them right.
    """
    there = kept.index_information()
    known = {place.removeprefix(_FIELDS) for index in there.values() for place, _ in index["key"]} - {"_id"}
    declared = {path_key(field): field for field in spec.indexed_fields - {"_id"}}
    layout = Layout(
        spec.name, {*declared.values(), *(name.replace("/", ".") for name in known - {*declared})}
    )
    if new := sorted({*declared} - known):
        _fill(kept, layout, new)
    if missing := [index for index in spec.indexes if _name(index) not in there]:
        kept.create_indexes([_model(index) for index in missing])
    return layout


def _model(index: Index) -> IndexModel:
    # The id at the end makes the order of a page the order of the index.
    places = [to_path(field) for field in index.fields if field != "_id"]
    return IndexModel([*((place, 1) for place in places), ("_id", 1)], name=_name(index))


def _name(index: Index) -> str:
    return "by " + ", ".join(index.fields)


def _fill(kept: Kept[dict[str, Any]], layout: Layout, new: list[str]) -> None:
    """Fill *new* fields in; a document that is written meanwhile gets them by that write."""
    for some in _chunks(kept, new):
        kept.bulk_write(
            [
                UpdateOne(
                    {"_id": each["_id"], "version": each["version"]},
                    {"$set": {"fields": layout.fields(orjson.loads(each["body"]))}},
                )
                for each in some
            ],
            ordered=False,
        )


def _chunks(kept: Kept[dict[str, Any]], new: list[str]) -> Iterator[list[dict[str, Any]]]:
    lacking = {"$or": [{f"{_FIELDS}{name}": {"$exists": False}} for name in new]}
    while some := list(kept.find(lacking, limit=_FILL_AT_ONCE)):
        yield some
