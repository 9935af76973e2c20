"""A rating by hand through the real services: it counts, shows who gave it, and goes stale by itself."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from tests.flow.cli.conftest import ROOT, Home

pytestmark = pytest.mark.slow

RATED, STALE = "2010-02-01", "2010-08-01"
"""Decisiveness is rated for 180 days: up to 31 July."""


def event(number: int, customer: str, kind: str, day: str, **data: Any) -> bytes:
    happened = {"id": f"r-{number}", "source": "crm", "type": kind, "customer_id": customer}
    return orjson.dumps(
        {**happened, "time": f"{day}T10:00:00Z", "data": data}, option=orjson.OPT_APPEND_NEWLINE
    )


@pytest.fixture(scope="module")
def rated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Li is rated in February and does nothing more; Wu buys in September, so that the days go on."""
    home = Home(tmp_path_factory.mktemp("rated"), rules=ROOT / "rules")
    home.start()
    rating = {
        "trait": "decisiveness",
        "points": 90,
        "assessor": "zhang.wei",
        "evidence": "decides on the spot",
    }
    home.replay(
        event(1, "li", "purchase", "2010-01-10", amount=250),
        event(2, "li", "trait.assessed", RATED, **rating),
        event(3, "wu", "purchase", "2010-09-01", amount=100),
    )
    yield home
    home.stop()


def asked(home: Home, *arguments: str) -> dict[str, Any]:
    answer = home.guanxi(*arguments, "--json")
    assert answer.returncode == 0, answer.stderr
    return dict(orjson.loads(answer.stdout))


def moves(course: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What became of decisiveness, by day."""
    return {
        change["day"]: {**move, "events": change["events"]}
        for change in course["changes"]
        for move in change["moves"]
        if move["trait"] == "decisiveness"
    }


def test_it_counts_from_its_day_and_ceases_to_by_mere_passing_of_time(rated: Home) -> None:
    found = moves(asked(rated, "customer", "li", "--history"))

    assert found.keys() == {RATED, STALE}
    begun, ended = found[RATED], found[STALE]
    assert (begun["before"]["points"], begun["after"]["points"]) == (50, 90)
    assert (ended["before"]["points"], ended["after"]["points"]) == (90, 50)
    assert begun["adds"] == -ended["adds"] == 40 * begun["after"]["weight"] / 100
    assert (begun["events"], ended["events"]) == ({"trait.assessed": 1}, {})


def test_who_rated_on_what_evidence_and_since_when_it_is_stale_stands_on_the_page(rated: Home) -> None:
    page = rated.guanxi("customer", "li").stdout.decode()
    line = next(line for line in page.splitlines() if "zhang.wei" in line)

    for told in ("90", RATED, "decides on the spot", f"stale since {STALE}"):
        assert told in line
    (rating,) = asked(rated, "customer", "li")["score"]["ratings"]
    assert (rating["trait"], rating["counts"], rating["last_day"]) == ("decisiveness", False, "2010-07-31")


def test_the_report_names_who_has_to_be_rated_again(rated: Home) -> None:
    stale = asked(rated, "report", "traits")["stale"]

    assert [(customer, trait) for customer, trait, _ in stale] == [("li", "decisiveness")]


def test_in_chinese_it_is_told_in_chinese(rated: Home) -> None:
    told = rated.guanxi("customer", "li", "--history", "--language", "zh").stdout.decode()

    assert "总分变化" in told
    assert "无事件，因时间推移" in told
