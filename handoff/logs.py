"""Structured logs of the process: one line an event, readable in development, JSON in production.

Invariants: an event is a name and plain facts; text of messages, names, addresses (mail and network) and
exception texts are no facts. Libraries that log through the standard library end in the same stream; httpx, which would log
addresses with tokens, is quiet.
"""

import logging
import sys

import structlog
from structlog.typing import Processor


def configure(*, development: bool) -> None:
    """Set up logging for the process; called once, by `handoff.__main__`."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(colors=False)
        if development
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    handler.addFilter(_without_exception_text)
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    # uvicorn notes the address and path of every socket under this odd name, at INFO; fontTools which letters
    # stand in an invoice.
    for noisy in ("httpx", "httpcore", "uvicorn.access", "uvicorn.error", "alembic", "fontTools"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def silence() -> None:
    """For commands that say themselves, in a sentence, what went wrong."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def _without_exception_text(record: logging.LogRecord) -> bool:
    """An exception's text may quote what a person wrote: its type is enough.

    Only the first line of what was said about it: asyncio shows the lost task, exception and all, below.
    """
    if record.exc_info and record.exc_info[0] is not None:
        said = record.getMessage().strip().partition("\n")[0]
        record.msg = f"{said} ({record.exc_info[0].__name__})"
        record.args, record.exc_info, record.exc_text = (), None, None
    return True
