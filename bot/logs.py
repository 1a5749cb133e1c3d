"""Log lines: JSON, with ids and kinds, never words said, names, phones or the token.

Whatever a library logs passes the same scrubber, for some print the token or the whole update when they fail.
"""

import io
import logging
import re
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog

TOKEN = re.compile(r"\d{6,}:[\w-]{30,}")
NUMBERS = re.compile(r"\+?\d(?:[ .-]?\d){6,}")
QUIET = ("alembic", "httpx", "httpcore", "telegram", "aiohttp.access", "asyncio", "PIL", "pypdf")

log: Any = structlog.get_logger()


def scrub(text: str) -> str:
    """Take tokens and long numbers out of a line."""
    return NUMBERS.sub("●", TOKEN.sub("<token>", text))


def _scrubbed(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if isinstance(value, str) and name != "timestamp":
            event[name] = scrub(value)
    return event


def _frames_only(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of an exception keep its type and where it happened: its message may quote what somebody wrote."""
    if event.pop("exc_info", None):
        error = sys.exc_info()[1]
        frames, trace = [], error.__traceback__ if error else None
        while trace is not None:
            code = trace.tb_frame.f_code
            frames.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}:{code.co_name}")
            trace = trace.tb_next
        event["error"], event["at"] = type(error).__name__, " < ".join(reversed(frames[-6:]))
    return event


class _Scrubber(logging.Filter):
    """Guards the root handlers against what libraries log."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = scrub(record.getMessage()), ()
        if record.exc_info and record.exc_info[0] is not None:
            record.msg += f" ({record.exc_info[0].__name__})"
            record.exc_info = record.exc_text = None
        return True


class _Patient(io.TextIOBase):
    """Standard error, whether or not it takes what is written: a full disk must not stop the work over a log line."""

    def write(self, text: str) -> int:
        with suppress(OSError):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            sys.stderr.flush()


def set_up(level: str) -> None:
    """Send our own and the libraries' lines to standard error as JSON, scrubbed."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_Scrubber())
    logging.basicConfig(handlers=[handler], level=level, format="%(levelname)s %(name)s %(message)s", force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    _configure(logging.getLevelNamesMapping()[level])


def _configure(level: int) -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _frames_only,
            _scrubbed,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _Patient())),
    )


_configure(logging.INFO)  # the library's own way prints what local variables hold, names and phones among them
