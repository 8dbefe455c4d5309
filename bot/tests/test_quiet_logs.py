"""What people write reaches no log: not by keys, not by exceptions, not by debug lines."""

import io
import logging
from collections.abc import Iterator

import pytest
import structlog

from components.quiet_logs import keep_safe_keys, silence_user_text

SECRET = "my card is 4111"  # noqa: S105  what a person might type


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """A process with its logs silenced, and what a handler of its root writes."""
    factory, disabled = logging.getLogRecordFactory(), logging.root.manager.disable
    silence_user_text()
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)
    logging.setLogRecordFactory(factory)
    logging.disable(disabled)


def fail_over(text: str) -> None:
    """Raise with the text in the message and in a local variable."""
    raise ValueError(f"cannot read {text}")


def test_an_exception_is_named_by_type_and_place(log: io.StringIO) -> None:
    try:
        fail_over(SECRET)
    except ValueError:
        logging.getLogger("rasa.core").exception("Action failed: 100%% of %s", "tries")
    line = log.getvalue()
    assert "Action failed: 100% of tries [ValueError at" in line
    assert "in fail_over]" in line
    assert SECRET not in line


def test_there_are_no_debug_records(log: io.StringIO) -> None:
    logger = logging.getLogger("rasa.shared")
    logger.setLevel(logging.DEBUG)
    logger.debug("Received %s", SECRET)
    logger.warning("harmless")
    assert log.getvalue() == "harmless\n"


def test_structured_records_keep_only_safe_keys() -> None:
    record = {"event": "rest.message.received.failure", "text": SECRET, "level": "error"}
    try:
        fail_over(SECRET)
    except ValueError as error:
        kept = dict(keep_safe_keys(None, "error", {**record, "exc_info": error}))
        same = dict(keep_safe_keys(None, "error", {**record, "exc_info": True}))
    assert kept["event"] == "rest.message.received.failure"
    assert kept["error"].startswith("ValueError at ")
    assert same["error"] == kept["error"]
    assert SECRET not in str(kept)


def test_installing_twice_changes_nothing(log: io.StringIO) -> None:
    silence_user_text()
    assert structlog.get_config()["processors"].count(keep_safe_keys) == 1
