"""What a run of the company leaves in its directory: events sent, care given, the truth; and counts.

Events are those of the company's own systems, ready for `guanxi replay`; outcomes of tasks come from Guanxi.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import orjson

from services.simulation.files import packing, whole_file
from shared.simulation.caring import Cared
from shared.simulation.staff import Work
from shared.simulation.world import World

EVENTS, CARE, TRUTH = "company.jsonl.gz", "company.care.jsonl", "company.truth.jsonl"
MONTH = len("2024-01")
_ORDER = b'"type":"purchase"'


class Ledger:
    """Use as a context manager: files appear under their names when they are whole."""

    def __init__(self, directory: Path, world: World) -> None:
        self._directory = directory
        self._world = world
        self._stack = ExitStack()
        self._events: IO[bytes]
        self._care: IO[bytes]
        self._truths: list[dict[str, Any]] = []
        self._cared: dict[str, Counter[str]] = defaultdict(Counter)
        self.months: dict[str, Counter[str]] = defaultdict(Counter)

    def __enter__(self) -> "Ledger":
        events, self._care = (
            self._stack.enter_context(whole_file(self._directory / name)) for name in (EVENTS, CARE)
        )
        self._events = self._stack.enter_context(packing(events))
        return self

    def __exit__(self, *error: Any) -> bool | None:
        return self._stack.__exit__(*error)

    def joined(self, truth: dict[str, Any]) -> None:
        """Remember the truth about a customer as it is without care."""
        self._truths.append(truth)

    def sending(self, lines: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
        """Pass lines on, each with its instant; they are written down and counted."""
        for instant, line in lines:
            self._events.write(line)
            month = self.months[instant[:MONTH]]
            month["events"] += 1
            month["orders"] += _ORDER in line
            yield line

    def worked(self, work: Work, found: Cared | None) -> None:
        """Write down what became of an errand, and the order that it brought."""
        errand = work.errand
        ordered, given = self._world.instant(errand.day), self._world.instant(work.day)
        brought = found.brought_on if found else None
        told = {
            "customer_id": errand.customer,
            "rule": errand.rule,
            "kind": errand.kind,
            "task": errand.task or None,
            "ordered_on": ordered[:10],
            "outcome": "done" if work.is_done else "skipped",
            "at": given,
            "is_care": found is not None,
            "brought_order_at": None if brought is None else self._world.instant(brought),
        }
        self._care.write(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE))
        self._count(told)

    def _count(self, told: dict[str, Any]) -> None:
        month = self.months[told["at"][:MONTH]]
        month["tasks" if told["task"] else "offers"] += 1
        month[told["outcome"]] += 1
        month["care"] += told["is_care"]
        mine = self._cared[told["customer_id"]]
        mine["care_given"] += told["is_care"]
        if told["brought_order_at"]:
            self.months[told["brought_order_at"][:MONTH]]["brought"] += 1
            mine["orders"] += 1

    def tell_the_truth(self) -> None:
        """Write what each customer truly is, with the orders and the care that they had in the end."""
        with whole_file(self._directory / TRUTH) as file:
            for truth in self._truths:
                mine = self._cared.get(truth["customer_id"], Counter())
                whole = {
                    **truth, "orders": truth["orders"] + mine["orders"], "care_given": mine["care_given"],
                }  # fmt: skip
                file.write(orjson.dumps(whole, option=orjson.OPT_APPEND_NEWLINE))
