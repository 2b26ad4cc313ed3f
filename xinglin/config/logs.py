"""Logs as JSON lines that hold no name, number or text of a patient.

Of an error, its kind and its place are written, never its message or the variables around it: a
message often quotes the value that it complains about.
"""

import logging
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

_DEEPEST = 15


def _kind_and_place(_: Any, __: str, event: EventDict) -> EventDict:
    told = event.pop("exc_info", None)
    if not told:
        return event
    error = told if isinstance(told, BaseException) else None
    if error is None:
        error = (told if isinstance(told, tuple) else sys.exc_info())[1]
    if error is not None:
        event["errors"] = [type(e).__name__ for e in _chain(error)]
        event["where"] = _places(error)
    return event


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and those that led to it."""
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        found = found.__cause__ or found.__context__


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-_DEEPEST:]
    return [f"{'/'.join(Path(f.filename).parts[-3:])}:{f.lineno} {f.name}" for f in frames]


class Stderr(logging.Handler):
    """Writes to the standard error of the moment: a test's, a supervisor's."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(f"{self.format(record)}\n")
        except Exception:  # noqa: BLE001  # a log that cannot be written stops nothing
            self.handleError(record)


_CHAIN: list[Processor] = [
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _kind_and_place,
]
_LINE = structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True)

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": [structlog.stdlib.add_logger_name, *_CHAIN],
            "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _LINE],
            "keep_exc_info": False,
        }
    },
    "handlers": {"stderr": {"()": Stderr, "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Django's own handlers would write messages and variables, or send mails with them.
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        # "Not Found: /path" and the like: the front door's business.
        "django.request": {"level": "ERROR"},
    },
}


def configure() -> None:
    """structlog's own lines, to stderr like all others."""
    structlog.configure(
        processors=[*_CHAIN, _LINE],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
