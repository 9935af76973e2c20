"""A simulated company through the real services: does care work, and what are its customers worth."""

import shutil
from collections.abc import Iterator
from datetime import date

import orjson
import pytest

from shared.simulation.company import lives
from shared.simulation.world import World
from tests.flow.cli.conftest import ROOT, Home

pytestmark = pytest.mark.slow

CUSTOMERS = 200
START = date(2024, 1, 1)
RULE = "care-complaint-solved"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The shipped rules, half of the customers held out of one; two years of a small company."""
    folder = tmp_path_factory.mktemp("company")
    rules = folder / "rules"
    shutil.copytree(ROOT / "rules", rules)
    care = rules / "policies" / "care.yaml"
    text = care.read_text(encoding="utf-8")
    marked = text.replace(f"  - id: {RULE}\n", f"  - id: {RULE}\n    holdout: 50 percent\n")
    assert marked != text
    care.write_text(marked, encoding="utf-8")
    home = Home(folder / "home", rules=rules)
    home.path.mkdir()
    home.start()
    world = World(seed=3, start=START, days=730)
    lines = (line for life in lives(world, CUSTOMERS) for _, line in life.events)
    home.replay(*sorted(lines, key=lambda line: orjson.loads(line)["time"]))
    yield home
    home.stop()


def asked(home: Home, *arguments: str) -> dict:  # type: ignore[type-arg]
    answer = home.guanxi(*arguments, "--json")
    assert answer.returncode == 0, answer.stderr
    return dict(orjson.loads(answer.stdout))


def test_treated_and_held_out_are_compared_and_care_that_brought_nothing_is_not_praised(
    company: Home,
) -> None:
    found = asked(company, "report", "uplift")
    ((rule, group, compared),) = found["rules"]
    uplift = compared["uplift"]

    assert (rule, group) == (RULE, "")
    assert uplift["treated"]["customers"] >= 30
    assert uplift["held_out"]["customers"] >= 30
    assert uplift["verdict"] == "no effect shown"
    assert RULE not in found["without_holdout"]


def test_the_effect_is_told_by_group(company: Home) -> None:
    found = asked(company, "report", "uplift", "--by", "stage")
    groups = {group for _, group, _ in found["rules"]}

    assert {"formation", "stable"} <= groups


def test_premises_of_worth_are_measured(company: Home) -> None:
    found = asked(company, "worth", "--margin", "20", "--acquisition-cost", "10")
    (everybody,) = found["groups"]

    assert everybody["sources"]["churn"] == "measured"
    assert 0 < everybody["worth"]["premises"]["churn"] < 0.5
    assert 0 < everybody["worth"]["premises"]["customers"] <= CUSTOMERS
