"""Pages of documents, and what is not there, as every route of the notification service answers them."""

from collections.abc import Mapping
from typing import Any

from shared.http.problems import ProblemError
from shared.store.port import Collection, Page, Query, Sort

Json = dict[str, Any]


def find(collection: Collection, wanted: Mapping[str, Any], sort: Sort, query: Json) -> Page:
    """One page of what fits; a value that is None is not asked for."""
    concerned = {name: value for name, value in wanted.items() if value is not None}
    return collection.find(Query(concerned, sort, query["limit"], query["cursor"]))


def page_of(name: str, page: Page) -> Json:
    """The page as it is answered."""
    return {name: [found.document for found in page.documents], "cursor": page.cursor}


def unknown(what: str, identity: str) -> ProblemError:
    """The answer when there is no such thing."""
    return ProblemError(404, f"unknown-{what}", "Not found", f"There is no {what} {identity!r}.")
