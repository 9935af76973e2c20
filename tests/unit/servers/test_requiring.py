"""A server that is not there is skipped loudly, or fails where it is required."""

import pytest

from deploy.servers.listening import free_ports
from tests.servers.requiring import missing


def test_a_missing_server_skips_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.servers.requiring._told", {})
    monkeypatch.delenv("GUANXI_TEST_REQUIRE", raising=False)

    with pytest.raises(pytest.skip.Exception, match="no kafka: Java is missing"):
        missing("kafka", "Java is missing")


def test_a_missing_server_that_is_required_fails_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.servers.requiring._told", {})
    monkeypatch.setenv("GUANXI_TEST_REQUIRE", "mongo,kafka")

    with pytest.raises(
        pytest.fail.Exception, match="kafka is required by GUANXI_TEST_REQUIRE: Java is missing"
    ):
        missing("kafka", "Java is missing")


def test_ports_handed_out_together_differ() -> None:
    assert len(set(free_ports(5))) == 5
