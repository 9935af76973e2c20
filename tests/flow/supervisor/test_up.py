"""`guanxi up`: one per home directory, and clear words for what cannot be."""

from pathlib import Path

import click
import pytest

from services.cli.up import AlreadyUpError, child_specs, only_one, worker_counts
from shared.config import Config, load_config


def config(home: Path) -> Config:
    return load_config({"GUANXI_HOME": str(home)})


def test_a_second_up_on_the_same_home_is_refused(tmp_path: Path) -> None:
    with (
        only_one(config(tmp_path)),
        pytest.raises(AlreadyUpError, match="already runs"),
        only_one(config(tmp_path)),
    ):
        pytest.fail("two supervisors on one home")


def test_another_home_is_free_and_so_is_this_one_afterwards(tmp_path: Path) -> None:
    with only_one(config(tmp_path / "one")), only_one(config(tmp_path / "two")):
        pass
    with only_one(config(tmp_path / "one")):
        pass


def test_workers_are_counted_per_service() -> None:
    assert worker_counts(("scoring=2",)) == {"ingest": 1, "scoring": 2, "rules": 1, "notification": 1}


@pytest.mark.parametrize("given", ["ingest=2", "scoring", "scoring=0", "scoring=two", "score=2"])
def test_what_cannot_be_workers_is_refused_with_what_was_expected(given: str) -> None:
    with pytest.raises(click.BadParameter, match="expected NAME=N"):
        worker_counts((given,))


def test_a_name_for_one_process_is_not_handed_to_several(tmp_path: Path) -> None:
    specs = child_specs(config(tmp_path), {"GUANXI_MEMBER": "scoring-1"}, worker_counts(()))

    assert {spec.environment["GUANXI_MEMBER"] for spec in specs} == {""}


def test_children_get_the_same_home_and_their_own_number(tmp_path: Path) -> None:
    specs = child_specs(config(tmp_path), {"PATH": "/bin"}, worker_counts(("rules=2",)))

    assert [spec.member for spec in specs] == ["ingest", "scoring", "rules", "rules-2", "notification"]
    assert {spec.environment["GUANXI_HOME"] for spec in specs} == {str(tmp_path)}
    assert specs[3].environment["GUANXI_WORKER"] == "2"
