"""Events that come after their day has closed, and days that nobody closed: time never goes back."""

from datetime import date, timedelta

import pytest
from prometheus_client import REGISTRY

from services.scoring.day_clock import day_marker
from shared.contracts.cloudevents import CloudEvent
from shared.store.collections import CUSTOMERS
from tests.flow.pipeline.conftest import NewShop
from tests.flow.pipeline.looking import business, ordinal, snapshots
from tests.flow.pipeline.shop import Shop, retail_events


def sale(customer: str, number: int, day: str, pounds: int = 10, at: str = "12:00:00") -> CloudEvent:
    data = {"amount": pounds * 100}
    return CloudEvent(f"s{number}", "shop", "purchase", customer, f"{day}T{at}Z", data, {})


def close(day: str) -> CloudEvent:
    return day_marker(date.fromisoformat(day), f"{day}T23:59:59Z")


def customer(shop: Shop, name: str) -> dict[str, object]:
    return next(document for document in shop.everything(CUSTOMERS) if document["_id"] == name)


def late_counted() -> float:
    return REGISTRY.get_sample_value("guanxi_events_late_total", {"service": "scoring"}) or 0.0


def lived(new_shop: NewShop, *log: CloudEvent) -> Shop:
    shop = new_shop()
    shop.publish(log)
    shop.work()
    return shop


def test_a_late_event_lands_in_its_own_day_and_is_counted_as_late(new_shop: NewShop) -> None:
    before = late_counted()
    on_time = [sale("li", 1, "2010-01-04"), sale("li", 2, "2010-01-05", 30), sale("li", 3, "2010-01-09")]
    late = lived(
        new_shop,
        *(on_time[0], close("2010-01-04"), close("2010-01-05"), close("2010-01-06"), on_time[1]),
        *(on_time[2], close("2010-01-09")),
    )
    assert late_counted() == before + 1
    sorted_shop = lived(new_shop, *on_time, close("2010-01-09"))
    found, expected = customer(late, "li"), customer(sorted_shop, "li")
    assert (found["state"], found["facts"]) == (expected["state"], expected["facts"])


def test_the_clock_never_goes_back_for_a_late_event(new_shop: NewShop) -> None:
    shop = lived(
        new_shop,
        sale("li", 1, "2010-01-08"),
        close("2010-01-10"),
        sale("li", 2, "2010-01-04"),
        sale("li", 3, "2009-12-01"),
    )
    days = [snapshot.day for snapshot in snapshots(shop)]
    assert days == sorted(days)
    assert days[-1] == ordinal("2010-01-10")


def test_a_new_customer_whose_first_event_is_older_than_the_closed_day_is_judged_on_that_day(
    new_shop: NewShop,
) -> None:
    shop = lived(new_shop, sale("li", 1, "2010-01-08"), close("2010-01-10"), sale("wu", 2, "2010-01-04", 5))
    wu = customer(shop, "wu")
    assert wu["state"]["day"] == ordinal("2010-01-10")  # type: ignore[index]
    assert wu["state"]["first_event"] == "2010-01-04T12:00:00Z"  # type: ignore[index]
    [told] = [snapshot for snapshot in snapshots(shop) if snapshot.customer == "wu"]
    assert told.facts_on(told.day)["days_since_purchase"] == 6


@pytest.mark.slow
def test_missed_days_are_closed_before_the_next_event_as_if_every_day_had_its_marker(
    new_shop: NewShop,
) -> None:
    log = retail_events(1_500)
    buyers = {event.subject for event in log if event.subject}
    chosen = {name for at, name in enumerate(sorted(buyers)) if at % 6 == 0}
    sales = [event for event in log if event.subject in chosen]
    last = date.fromisoformat(sales[-1].time[:10])
    stretched = [slower(event, sales[0]) for event in sales]
    end = date.fromisoformat(stretched[-1].time[:10])
    assert (end - last).days > 100

    seldom = new_shop()
    seldom.publish([*stretched, close(end.isoformat())])
    seldom.work()

    daily = new_shop()
    daily.publish(with_every_day(stretched))
    daily.work()
    assert business(daily)["decisions"]
    assert business(seldom) == business(daily)


def slower(event: CloudEvent, first: CloudEvent) -> CloudEvent:
    """The same sale, many days after the one before it."""
    start, at = date.fromisoformat(first.time[:10]), date.fromisoformat(event.time[:10])
    day = start + timedelta(days=(at - start).days * 17)
    return CloudEvent(
        event.id, event.source, event.type, event.subject, f"{day}{event.time[10:]}", event.data, {}
    )


def with_every_day(sales: list[CloudEvent]) -> list[CloudEvent]:
    log: list[CloudEvent] = []
    day = date.fromisoformat(sales[0].time[:10])
    for each in sales:
        while day < date.fromisoformat(each.time[:10]):
            log.append(close(day.isoformat()))
            day += timedelta(days=1)
        log.append(each)
    return [*log, close(day.isoformat())]


def test_a_relationship_counts_from_its_first_event_however_late_that_arrives(new_shop: NewShop) -> None:
    shop = lived(
        new_shop,
        sale("li", 1, "2010-06-01"),
        close("2010-06-01"),
        sale("li", 2, "2009-01-15"),
    )
    since = [snapshot.facts_on(snapshot.day)["customer_since_days"] for snapshot in snapshots(shop)]
    assert since == [0, (date(2010, 6, 1) - date(2009, 1, 15)).days]
