"""The console's list as frames: whoever replays them has the list, wherever they begin, and nothing is sent twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.conversations.model import Controller, Conversation, Inbox, InboxRow
from handoff.protocol import InboxFrame
from handoff.web import board as module
from handoff.web.board import PAGE, Board
from tests.integration.handoff_web.gateway import replay

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
Rows = dict[str, dict[str, Any]]


def row(number: int, controller: str = "queue", **changes: Any) -> InboxRow:
    """A conversation as it is listed."""
    chat = Conversation(
        id=f"chat-{number}",
        subscriber_id=None,
        level=0,
        proven_at=None,
        name="Anna",
        locale="de",
        controller=Controller(controller),
        epoch=1,
        last_seq=1,
        agent="maya" if controller == "agent" else None,
        lease_token=None,
        lease_until=None,
        waiting_since=NOON,
        case_number=None,
        reason="asked",
        skill="BIL",
        created_at=NOON,
        updated_at=NOON,
    )
    return InboxRow(replace(chat, **changes), "words", "")


def inbox(*rows: InboxRow, available: int = 1, bot: int = 0) -> Inbox:
    """What the database says."""
    return Inbox(list(rows), {Controller.BOT: bot, Controller.CLOSED: 0}, available)


def seen(frames: list[InboxFrame], before: Rows | None = None) -> Rows:
    """The list of a console that replays these frames."""
    rows: Rows = {} if before is None else dict(before)
    for frame in frames:
        replay(rows, frame.model_dump(mode="json"))
    return rows


def test_a_list_shows_no_account_number() -> None:
    """Everybody at the desk sees the list; the number is for who works on the chat."""
    board, wrote = Board(), replace(row(1), snippet="neue IBAN DE89 3704 0044 0532 0130 00")
    board.tell(inbox(wrote), only=None)
    (shown,) = seen(board.since(None)).values()
    assert shown["snippet"] == "neue IBAN …3000"


CHATS = st.integers(0, 6)
CONTROLLERS = st.sampled_from(["queue", "agent", "bot", "closed"])
STATES = st.dictionaries(CHATS, st.tuples(CONTROLLERS, st.integers(1, 3)), max_size=7)


@given(steps=st.lists(st.tuples(STATES, st.booleans(), st.integers(0, 9)), max_size=8))
def test_whoever_replays_from_any_cursor_has_the_list(steps: Any) -> None:
    board = Board()
    moments: list[tuple[str, Rows]] = [(board.cursor, {})]
    truth: dict[int, InboxRow] = {}
    for states, whole, available in steps:
        found = {n: row(n, controller, last_seq=last) for n, (controller, last) in states.items()}
        truth = found if whole else truth | found
        only = None if whole else [f"chat-{n}" for n in found]
        board.tell(inbox(*found.values(), available=available), only=only)
        whole_list = seen(board.since(None))
        for cursor, known in moments:
            assert seen(board.since(cursor), known) == whole_list
        moments.append((board.cursor, whole_list))
        people = {
            r.conversation.id for r in truth.values() if r.conversation.controller in module.PEOPLE
        }
        assert people <= whole_list.keys()


def test_what_an_agent_would_not_see_change_is_not_sent_again() -> None:
    board = Board()
    assert board.tell(inbox(row(1), row(2)))
    cursor = board.cursor
    assert not board.tell(inbox(row(1, lease_until=NOON + timedelta(seconds=9)), row(2)))
    assert board.cursor == cursor
    assert board.tell(inbox(row(1, last_seq=2), row(2)))
    (frame,) = board.since(cursor)
    assert ([r.last for r in frame.rows], frame.gone, frame.whole) == ([2], [], False)


def test_a_long_list_comes_in_several_frames_and_only_the_last_has_a_cursor() -> None:
    board = Board()
    board.tell(inbox(*(row(n, "bot" if n % 2 else "queue") for n in range(PAGE + 5))))
    first, last = board.since(None)
    assert (first.whole, first.cursor, len(first.rows)) == (True, None, PAGE)
    assert (last.whole, last.cursor, len(last.rows)) == (False, board.cursor, 5)
    kinds = [r.controller for r in (*first.rows, *last.rows)]
    assert kinds == sorted(kinds, reverse=True), "who waits comes first"


@pytest.mark.parametrize(
    "foreign",
    [
        None,
        "",
        "other:1",
        "no-version:",
        lambda own: own.replace(":1", ":99"),
        lambda own: own + "x",
    ],
)
def test_a_cursor_that_is_not_known_gets_the_whole_list(
    foreign: str | Callable[[str], str] | None,
) -> None:
    board = Board()
    board.tell(inbox(row(1)))
    cursor = foreign(board.cursor) if callable(foreign) else foreign
    assert board.since(cursor)[0].whole
    assert not board.since(board.cursor)[0].whole


def test_who_was_away_too_long_gets_the_whole_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 2)
    board = Board()
    board.tell(inbox(*(row(n) for n in range(4))))
    early = board.cursor
    for left in (3, 2, 1):
        board.tell(inbox(*(row(n) for n in range(left))))
    assert board.since(early)[0].whole, "one of three that left is forgotten"
    assert seen(board.since(early)) == seen(board.since(None))
