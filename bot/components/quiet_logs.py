"""Keeps what people write out of every log of the process.

Invariants: no record below INFO exists (a debug record may carry text anywhere, and costs milliseconds); a
structured record keeps only keys that cannot hold text; an exception is named by type and place, never by its
message or its frames, because both quote what was being worked on.
"""

import logging
import traceback
import warnings
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any

import structlog

SAFE_KEYS = frozenset(
    {"event", "level", "logger", "timestamp", "filename", "host", "port", "error"}
)

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def silence_user_text() -> None:
    """Install the filters, once per process; more calls change nothing."""
    logging.disable(logging.DEBUG)
    warnings.filterwarnings("ignore", message="Failed to parse")
    if logging.getLogRecordFactory() is not _quiet_record:
        logging.setLogRecordFactory(_quiet_record)
    # Loggers that were used before hold this very list: insert, do not replace.
    processors = structlog.get_config()["processors"]
    if keep_safe_keys not in processors:
        processors.insert(0, keep_safe_keys)


def keep_safe_keys(
    _logger: Any, _method: str, record: MutableMapping[str, Any]
) -> Mapping[str, Any]:
    """A structlog processor: known harmless keys stay, an exception becomes its type and place."""
    error = record.get("exc_info")
    kept = {key: value for key, value in record.items() if key in SAFE_KEYS and key != "error"}
    named = _named(error)
    if named is not None:
        kept["error"] = named
    return kept


def _named(error: object) -> str | None:
    """`TypeName at file:line in function`, from whatever `exc_info` may be."""
    import sys

    if isinstance(error, BaseException):
        return _place((type(error), error, error.__traceback__))
    if isinstance(error, tuple):
        return _place(error) if error and error[0] is not None else None
    if error:
        return _place(sys.exc_info())  # type: ignore[arg-type]
    return None


def _place(info: ExcInfo) -> str | None:
    kind, _, trace = info
    if kind is None:
        return None
    frames = traceback.extract_tb(trace)
    if not frames:
        return kind.__name__
    last = frames[-1]
    return f"{kind.__name__} at {last.filename}:{last.lineno} in {last.name}"


def _quiet_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """The record factory: the standard record, its exception reduced to type and place."""
    record = logging.LogRecord(*args, **kwargs)
    if record.exc_info:
        named = _named(record.exc_info)
        record.exc_info = None
        if named is not None:
            record.msg = f"{record.getMessage()} [{named}]"
            record.args = None
    return record
