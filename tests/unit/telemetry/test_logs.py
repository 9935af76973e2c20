"""Log lines: their shape, and what never reaches them."""

import io
import logging
from collections.abc import Iterator

import orjson
import pytest
import structlog

from shared.telemetry.logs import configure_logs, logger


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root, stream = logging.getLogger(), io.StringIO()
    before, level = list(root.handlers), root.level
    configure_logs("json", "scoring", personal=frozenset({"birthday", "name"}), stream=stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def test_a_line_says_when_what_and_by_which_service(lines: io.StringIO) -> None:
    logger().info("batch stored", partition=2)

    line = orjson.loads(lines.getvalue())
    assert line["event"] == "batch stored"
    assert line["service"] == "scoring"
    assert line["level"] == "info"
    assert line["partition"] == 2
    assert {"ts", "version"} <= line.keys()


def test_lines_of_libraries_take_the_same_way(lines: io.StringIO) -> None:
    logging.getLogger("waitress").warning("task queue depth is %d", 3)

    assert orjson.loads(lines.getvalue())["event"] == "task queue depth is 3"


def test_seeded_secrets_and_personal_fields_never_appear(lines: io.StringIO) -> None:
    logger().warning(
        "refused gx_AbCdEfGhIjKlMnOpQrStUv",
        api_key="k-12345",
        headers={"Authorization": "Bearer tok.tok.tok", "accept": "*/*"},
        data={"birthday": "03-14", "amount": 5},
        seen=["mongodb://root:hunter2@db/guanxi"],
    )

    text = lines.getvalue()
    for secret in ("AbCdEf", "k-12345", "tok.tok", "03-14", "hunter2"):
        assert secret not in text
    assert orjson.loads(text)["data"]["amount"] == 5


def test_an_exception_is_told_in_its_line(lines: io.StringIO) -> None:
    try:
        raise ValueError("no such partition")
    except ValueError:
        logger().exception("batch failed")

    line = orjson.loads(lines.getvalue())
    assert "ValueError: no such partition" in line["exception"]


def test_where_nothing_is_configured_a_fault_is_told_on_standard_error_without_what_its_frames_hold(
    capsys: pytest.CaptureFixture[str],
) -> None:
    structlog.reset_defaults()
    try:
        customer = {"birthday": "03-14"}
        customer["name"]
    except KeyError:
        logger().exception("cannot process", token="k-12345")

    told, lines = capsys.readouterr()
    assert told == ""
    assert "KeyError: 'name'" in lines
    assert "03-14" not in lines
    assert "k-12345" not in lines
