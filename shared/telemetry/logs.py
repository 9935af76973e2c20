"""One log line per fact, as JSON for machines or coloured for people, on standard error.

Called once by what serves. Lines of libraries that use `logging` take the same way. Elsewhere, as in
commands, lines are plain and nothing is configured for `logging`.
"""

import logging
import sys
from typing import Any, TextIO

import orjson
import structlog

from shared.config import LogFormat
from shared.telemetry.redaction import Redactor
from shared.telemetry.version import guanxi_version

NOISY = {"kafka": logging.CRITICAL, "waitress.queue": logging.ERROR, "werkzeug": logging.WARNING}
"""Libraries that speak about every request or every attempt: only from this level on."""


def configure_logs(
    log_format: LogFormat,
    service: str,
    *,
    personal: frozenset[str] = frozenset(),
    level: int = logging.INFO,
    stream: TextIO | None = None,
) -> None:
    """Send structlog's and `logging`'s lines to *stream* (standard error) as one kind of line.

    *personal* names the fields that the event catalogue marks personal; their values are hidden.
    """
    shared = _shared_processors(service, Redactor(personal))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(log_format)],
    )
    _replace_root_handler(formatter, level, stream or sys.stderr)


def logger(**context: Any) -> structlog.stdlib.BoundLogger:
    """Return a logger whose lines all carry *context*."""
    if not structlog.is_configured():
        _configure_plainly()
    return structlog.stdlib.get_logger("guanxi", **context)


def _configure_plainly() -> None:
    """Keep to the lines: structlog left alone draws the variables of every frame around a fault, which takes
    seconds and shows whatever a customer's documents hold, and does so on standard output."""
    structlog.configure(
        processors=[*_shared_processors("guanxi", Redactor(frozenset())), _renderer("console")],
        logger_factory=lambda *_name: structlog.PrintLogger(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )


def _shared_processors(service: str, redactor: Redactor) -> list[structlog.typing.Processor]:
    def add_origin(
        _logger: Any, _method: str, line: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        return {**line, "service": line.get("service", service), "version": guanxi_version()}

    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
        structlog.processors.format_exc_info,
        add_origin,
        redactor,
    ]


def _renderer(log_format: LogFormat) -> structlog.typing.Processor:
    if log_format == "console":
        plain = structlog.dev.plain_traceback
        return structlog.dev.ConsoleRenderer(
            timestamp_key="ts", colors=sys.stderr.isatty(), exception_formatter=plain
        )
    return structlog.processors.JSONRenderer(serializer=_to_json)


def _to_json(line: Any, **_options: Any) -> str:
    return orjson.dumps(line, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _replace_root_handler(formatter: logging.Formatter, level: int, stream: TextIO) -> None:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, minimum in NOISY.items():
        logging.getLogger(name).setLevel(minimum)
