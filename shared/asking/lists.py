"""What reports need from the store, read and handed to the pure read models."""

from collections.abc import Sequence

from shared.asking.errors import MisaskedError
from shared.asking.moving import ask_moved
from shared.asking.records import Records
from shared.model.catalogue import Aggregate, MetricDef
from shared.model.rules import Bundle
from shared.model.values import Kind, Text
from shared.reports.alerts import OpenAlert, open_alerts
from shared.reports.circle import Circle, circle
from shared.reports.owners import CLOSED, DONE, OwnerLoad, owner_loads
from shared.reports.pareto import Pareto, pareto
from shared.reports.tasks import OPEN, TaskList, open_tasks
from shared.store.collections import CUSTOMERS, DECISIONS, RELATIONSHIPS, TASKS

LIFETIME = 10**9


def ask_circle(installation: Records, *, why: bool = False) -> Circle:
    """The circle's books, checked against who is a member now; *why*: with what moved most before."""
    outside = installation.bundle.catalogue.tiers[0].id
    moves = list(installation.find(DECISIONS, {"tier_change": {"$exists": True}}, (("as_of", 1),)))
    members = installation.find(RELATIONSHIPS, {"tier": {"$ne": outside}})
    return circle(
        moves,
        (document["_id"] for document in members),
        until_day=installation.last_closed_day() or None,
        outside=outside,
        moved=ask_moved(installation, moves, outside) if why else {},
    )


def ask_alerts(installation: Records) -> list[OpenAlert]:
    """Every open alert."""
    return open_alerts(installation.find(RELATIONSHIPS, {"open_alerts": {"$gt": 0}}))


def ask_reasons(installation: Records, alerts: Sequence[OpenAlert]) -> dict[str, Text]:
    """Why the alerts were raised, by decision."""
    found = installation.collection(DECISIONS).get_many({alert.decision for alert in alerts})
    return {name: versioned.document["reason"] for name, versioned in found.items()}


def ask_tasks(installation: Records) -> TaskList:
    """Every open task, as seen on the day that time stands at."""
    return open_tasks(installation.find(TASKS, {"status": "open"}), installation.today())


def ask_owners(installation: Records) -> list[OwnerLoad]:
    """The load of everybody who has or lately did a task, as seen on the day that time stands at."""
    concerned = installation.find(TASKS, {"status": {"$in": [OPEN, DONE, CLOSED]}})
    return owner_loads(concerned, installation.today(), installation.zone)


def ask_pareto(installation: Records, metric: str | None) -> tuple[str, Pareto]:
    """The curve of *metric*, or of the sum of amounts over the longest window."""
    definition = metric_of(installation.bundle, metric)
    scale = 10**installation.bundle.catalogue.minor_digits if definition.kind is Kind.AMOUNT else 1
    values = {
        document["_id"]: document["facts"][definition.id] / scale
        for document in installation.find(CUSTOMERS)
        if document["facts"].get(definition.id) is not None
    }
    return definition.id, pareto(values)


def metric_of(bundle: Bundle, metric: str | None) -> MetricDef:
    """The metric of that name, or the widest sum of amounts; a wrong name is told with what there is."""
    metrics = bundle.catalogue.metrics
    numeric = sorted(name for name, each in metrics.items() if each.kind.is_numeric)
    if metric is not None:
        if metric not in numeric:
            raise MisaskedError(f"expected one of {', '.join(numeric)}", "metric")
        return metrics[metric]
    sums = [metrics[name] for name in numeric if _is_plain_sum(metrics[name])]
    if not sums:
        raise MisaskedError("the catalogue adds up no amounts; name a metric", "metric")
    return max(sums, key=lambda each: each.window_days or LIFETIME)


def _is_plain_sum(metric: MetricDef) -> bool:
    is_sum = metric.aggregate is Aggregate.SUM and metric.kind is Kind.AMOUNT
    return is_sum and metric.calendar is None and metric.series is not None and not metric.series.where
