"""The log of a program: lines for people, or a JSON object per line, on stderr.

Both come out of `logging` of the standard library, through which uvicorn and others speak too.
"""

from __future__ import annotations

import logging
import sys
from typing import TextIO, cast

import structlog
from structlog.typing import FilteringBoundLogger, Processor

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
FORMATS = ("text", "json")

_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
)


def set_up_logging(level: str, form: str, stream: TextIO | None = None) -> None:
    """Send all that is logged in this process to `stream`, or stderr. For a program's start.

    `level` is one of LEVELS, `form` one of FORMATS. A line of JSON has `timestamp` (RFC 3339,
    UTC), `level`, `logger` and `message`, and what else is known.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED, processors=_rendering(form, handler.stream)
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in ("asyncio", "uvicorn.access", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.WARNING)


def logger(name: str) -> FilteringBoundLogger:
    """The logger of a part: `name` is what its lines have in `logger`.

    It goes through `logging`, so a program that uses this as a library decides what is shown.
    """
    wrapped = structlog.wrap_logger(
        logging.getLogger(name),
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return cast(FilteringBoundLogger, wrapped)


def _rendering(form: str, stream: TextIO) -> list[Processor]:
    drop = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if form == "json":
        renamed = structlog.processors.EventRenamer("message")
        return [drop, renamed, structlog.processors.JSONRenderer()]
    return [drop, structlog.dev.ConsoleRenderer(colors=stream.isatty(), sort_keys=False)]
