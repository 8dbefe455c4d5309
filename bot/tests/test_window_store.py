"""The windowed store against Rasa's own: nothing lost, nothing doubled, and the same state after long chats."""

import asyncio
from pathlib import Path

import pytest
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from components.window_store import WindowedTrackerStore

DOMAIN = Domain.from_yaml(
    """
    version: "3.1"
    intents: [greet]
    actions: [action_greet]
    slots:
      pending: {type: any, influence_conversation: false, mappings: [{type: custom}]}
      locale: {type: any, influence_conversation: false, mappings: [{type: custom}]}
    session_config: {session_expiration_time: 60, carry_over_slots_to_new_session: false}
    """
)
TURNS = 5


@pytest.fixture
def store(tmp_path: Path) -> WindowedTrackerStore:
    """A store with a window of five turns, in a folder that does not exist yet."""
    return WindowedTrackerStore(DOMAIN, db=str(tmp_path / "deep" / "rasa.db"), max_turns=TURNS)


def turn(store: WindowedTrackerStore, number: int, *slots: SlotSet) -> DialogueStateTracker:
    """One turn as Rasa does it: load or create, add the events, save."""
    tracker = asyncio.run(store.get_or_create_tracker("anna"))
    words = UserUttered(f"message {number}", intent={"name": "greet"})
    for event in (words, ActionExecuted("action_greet"), *slots, ActionExecuted("action_listen")):
        tracker.update(event)
    asyncio.run(store.save(tracker))
    return tracker


def start_session(store: WindowedTrackerStore) -> None:
    """What `action_session_start` writes."""
    tracker = asyncio.run(store.get_or_create_tracker("anna"))
    for event in (
        ActionExecuted("action_session_start"),
        SessionStarted(),
        ActionExecuted("action_listen"),
    ):
        tracker.update(event)
    asyncio.run(store.save(tracker))


def words(tracker: "DialogueStateTracker | None") -> "list[str]":
    """What the user said, as far as the tracker knows."""
    assert tracker is not None
    return [str(e.text) for e in tracker.events if isinstance(e, UserUttered)]


def test_only_the_window_is_loaded_and_everything_is_stored(store: WindowedTrackerStore) -> None:
    start_session(store)
    for number in range(12):
        turn(store, number)
    assert words(asyncio.run(store.retrieve("anna"))) == [f"message {n}" for n in range(7, 12)]
    full = asyncio.run(store.retrieve_full_tracker("anna"))
    assert words(full) == [f"message {n}" for n in range(12)]


def test_slots_from_before_the_window_keep_their_last_value(store: WindowedTrackerStore) -> None:
    start_session(store)
    turn(store, 0, SlotSet("locale", "de"), SlotSet("pending", {"kind": "retry_payment"}))
    turn(store, 1, SlotSet("locale", "en"))
    turn(store, 2, SlotSet("pending", None))
    for number in range(3, 20):
        turn(store, number)
    tracker = asyncio.run(store.retrieve("anna"))
    assert tracker is not None
    assert (tracker.get_slot("locale"), tracker.get_slot("pending")) == ("en", None)
    assert tracker.latest_action_name == "action_listen"


def test_a_new_session_forgets_slots_and_words(store: WindowedTrackerStore) -> None:
    start_session(store)
    for number in range(8):
        turn(store, number, SlotSet("pending", {"kind": "upgrade_plan"}))
    start_session(store)
    tracker = turn(store, 8)
    assert tracker.get_slot("pending") is None
    assert words(asyncio.run(store.retrieve("anna"))) == ["message 8"]


def test_conversations_do_not_mix(store: WindowedTrackerStore) -> None:
    start_session(store)
    turn(store, 0)
    other = asyncio.run(store.get_or_create_tracker("ben"))
    other.update(UserUttered("I am Ben", intent={"name": "greet"}))
    asyncio.run(store.save(other))
    turn(store, 1)
    assert words(asyncio.run(store.retrieve("anna"))) == ["message 0", "message 1"]
    assert words(asyncio.run(store.retrieve("ben"))) == ["I am Ben"]
    assert asyncio.run(store.retrieve("nobody")) is None


def test_a_full_tracker_saved_again_doubles_nothing(store: WindowedTrackerStore) -> None:
    start_session(store)
    for number in range(12):
        turn(store, number)
    full = asyncio.run(store.retrieve_full_tracker("anna"))
    assert full is not None
    full.update(UserUttered("one more", intent={"name": "greet"}))
    asyncio.run(store.save(full))
    again = asyncio.run(store.retrieve_full_tracker("anna"))
    assert again is not None
    assert len(again.events) == len(full.events)


def test_short_chats_load_as_in_rasas_own_store(store: WindowedTrackerStore) -> None:
    start_session(store)
    for number in range(3):
        turn(store, number, SlotSet("locale", "de"))
    stock = SQLTrackerStore(DOMAIN, db=str(store.engine.url.database))
    mine = asyncio.run(store.retrieve("anna"))
    theirs = asyncio.run(stock.retrieve("anna"))
    assert mine is not None
    assert theirs is not None
    assert list(mine.events) == list(theirs.events)
