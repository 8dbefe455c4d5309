"""What a turn does without the length of its chat comes out as Rasa's own."""

from __future__ import annotations

import ast
import inspect
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from rasa.core import processor
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.engine.exceptions import GraphComponentException, GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    ConversationPaused,
    Event,
    FollowupAction,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

import lean_turns

DOMAIN = Domain.load(str(Path(__file__).resolve().parents[1] / "domain"))
LISTEN = "action_listen"


def turn(intent: str, action: str) -> list[Event]:
    parsed: Any = {"intent": {"name": intent}, "intent_ranking": [{"name": intent}], "text": "x"}
    said = UserUttered("x", {"name": intent}, [], parse_data=parsed, metadata={"turn": intent})
    return [
        said,
        ActionExecuted(action),
        BotUttered("Hallo"),
        SlotSet("locale", "de"),
        ActionExecuted(LISTEN),
    ]


BEGIN: list[Event] = [
    ActionExecuted("action_session_start"),
    SessionStarted(),
    ActionExecuted(LISTEN),
]
GREET = turn("greet", "action_greet")
THANK = turn("thank", "action_thank")
CHATS: dict[str, list[Event]] = {
    "nothing": [],
    "begun": BEGIN,
    "first message": [*BEGIN, GREET[0]],
    "first action": [*BEGIN, *GREET[:4]],
    "second message": [*BEGIN, *GREET, THANK[0]],
    "third message": [*BEGIN, *GREET, *THANK, GREET[0]],
    "third action": [*BEGIN, *GREET, *THANK, *GREET[:4]],
    "many": [*BEGIN, *(GREET + THANK) * 9, GREET[0]],
    "in the window": [SlotSet("locale", "en"), ActionExecuted(LISTEN), *GREET, *THANK, GREET[0]],
    "taken back": [
        *BEGIN,
        *GREET,
        *THANK,
        GREET[0],
        UserUtteranceReverted(),
        ActionExecuted(LISTEN),
    ],
    "in a loop": [*BEGIN, *GREET, *THANK, ActiveLoop("form"), GREET[0]],
    "again": [*BEGIN, *GREET, *THANK, Restarted(), ActionExecuted(LISTEN), GREET[0]],
    "told what is next": [*BEGIN, *GREET, THANK[0], FollowupAction("action_thank")],
    "done what was next": [*BEGIN, *GREET, THANK[0], FollowupAction("action_thank"), *THANK[1:]],
    "paused": [*BEGIN, *GREET, ConversationPaused()],
}
CASES = pytest.mark.parametrize("events", CHATS.values(), ids=CHATS)


def tracker_of(events: list[Event]) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("c", events, DOMAIN.slots)


def rule(*states: tuple[str, str]) -> str:
    told = [{"prev_action": {"action_name": a}, "user": {"intent": i}} for a, i in states]
    return json.dumps(told, sort_keys=True)


LOOKUP = {
    rule((LISTEN, "greet")): "action_greet",
    rule((LISTEN, "greet"), ("action_greet", "greet")): LISTEN,
    rule((LISTEN, "thank")): "action_thank",
    rule((LISTEN, "thank"), ("action_thank", "thank")): LISTEN,
}
BEGINNING = {**LOOKUP, json.dumps([{}, {"prev_action": {"action_name": LISTEN}}]): LISTEN}
LONG = {
    **LOOKUP,
    rule((LISTEN, "thank"), ("action_thank", "thank"), (LISTEN, "greet")): "action_thank",
}


class Rules(RulePolicy):  # type: ignore[misc]
    """A policy of these rules, as a trained model has them."""

    def __init__(self, rules: dict[str, str]) -> None:
        none: Any = None  # neither stored nor run in a graph
        config = self.get_default_config()
        super().__init__(
            config, none, none, ExecutionContext(GraphSchema({}), "m"), lookup={RULES: rules}
        )


def found(policy: Rules, events: list[Event], states: Any, keys: Any) -> set[str]:
    """The rules that fit at the end of a chat."""
    return set(keys(policy, policy.lookup[RULES], states(policy, tracker_of(events), DOMAIN)))


@CASES
@pytest.mark.parametrize("rules", [LOOKUP, BEGINNING, LONG], ids=["short", "beginning", "long"])
def test_the_same_rules_fit(rules: dict[str, str], events: list[Event]) -> None:
    policy = Rules(rules)
    theirs = found(policy, events, lean_turns._own_states, lean_turns._own_keys)
    for _ in range(2):
        assert found(policy, events, lean_turns.late_states, lean_turns.known_keys) == theirs


def test_some_rules_fit() -> None:
    policy = Rules(LOOKUP)
    fitting = found(policy, CHATS["third action"], lean_turns.late_states, lean_turns.known_keys)
    assert fitting == {rule((LISTEN, "greet"), ("action_greet", "greet"))}


def test_a_long_chat_has_no_more_states_than_a_short_one() -> None:
    short = lean_turns.late_states(Rules(LOOKUP), tracker_of(CHATS["third message"]), DOMAIN)
    many = lean_turns.late_states(Rules(LOOKUP), tracker_of(CHATS["many"]), DOMAIN)
    assert len(short) == len(many) < 6
    assert len(lean_turns._own_states(Rules(LOOKUP), tracker_of(CHATS["many"]), DOMAIN)) > 30


@CASES
def test_a_copy_is_what_the_events_come_to(events: list[Event]) -> None:
    tracker = tracker_of(events)
    ours, theirs = lean_turns.copied(tracker), lean_turns._own_copy(tracker)
    assert ours is not tracker
    assert ours == theirs
    told = [vars(one).keys() for one in (ours, theirs)]
    assert told[0] == told[1]
    for name in vars(theirs).keys() - {"slots", "events"}:
        assert getattr(ours, name) == getattr(theirs, name), name
    ours.update(SlotSet("locale", "fr"))
    assert tracker.get_slot("locale") != "fr"
    assert len(tracker.events) == len(events)


def test_the_action_server_is_told_what_actions_read() -> None:
    tracker, action = tracker_of(CHATS["third message"]), RemoteAction("action_greet", None)
    ours = lean_turns.called(action, tracker, DOMAIN)
    theirs = deepcopy(lean_turns._own_call(action, tracker, DOMAIN))
    assert ours.pop("domain") == {}
    assert len(json.dumps(theirs.pop("domain"))) > 1000
    assert ours["tracker"]["latest_message"]["intent_ranking"]
    for event in theirs["tracker"]["events"]:
        event.get("parse_data", {}).pop("intent_ranking", None)
    assert ours == theirs
    said = [event for event in tracker.events if isinstance(event, UserUttered)]
    assert all("intent_ranking" in event.parse_data for event in said)


def test_rasas_processor_copies_for_its_log_only() -> None:
    source = inspect.getsource(processor)
    logged = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "structlogger.debug"
    ]
    in_logs = sum(ast.unparse(node).count("copy.") for node in logged)
    assert in_logs == source.count("copy.deepcopy") == source.replace(".copy()", "").count("copy.")


@pytest.mark.parametrize("domain", [Domain.empty(), DOMAIN])
def test_a_domain_is_as_empty_as_before(domain: Domain) -> None:
    for _ in range(2):
        assert lean_turns.is_empty(domain) == lean_turns._own_empty(domain)


class Adds(GraphComponent):  # type: ignore[misc]
    """Says what it got, and how often."""

    ran = 0

    @classmethod
    def create(cls, *_given: Any, **_told: Any) -> Adds:
        return cls()

    def join(self, **said: str) -> str:
        Adds.ran += 1
        if "bug" in said.values():
            raise RuntimeError
        return f"({'+'.join(said.values())})"


def node(**needs: str) -> SchemaNode:
    return SchemaNode(
        needs=needs, uses=Adds, constructor_name="create", fn="join", config={}, eager=True
    )


@pytest.fixture
def runner(tmp_path: Path) -> DaskGraphRunner:
    nodes = {
        "last": node(a="left", b="right"),
        "left": node(a="first"),
        "right": node(a="first", b="__in__"),
        "first": node(a="__in__"),
        "aside": node(a="first"),
    }
    Adds.ran = 0
    schema = GraphSchema(nodes)
    return DaskGraphRunner(schema, LocalModelStorage(tmp_path), ExecutionContext(schema, "m"))


@pytest.mark.parametrize("targets", [["last"], ["aside", "right"], ["first"]], ids=str)
def test_the_graph_says_what_dask_says(runner: DaskGraphRunner, targets: list[str]) -> None:
    theirs = DASK(runner, inputs={"__in__": "x"}, targets=targets)
    once = Adds.ran
    assert lean_turns.run_graph(runner, inputs={"__in__": "x"}, targets=targets) == theirs
    assert Adds.ran == 2 * once
    assert lean_turns.run_graph(runner, inputs={"__in__": "y"}, targets=targets) != theirs


def test_a_graph_that_breaks_is_told_as_before(runner: DaskGraphRunner) -> None:
    for run in (DASK, lean_turns.run_graph):
        with pytest.raises(GraphComponentException):
            run(runner, inputs={"__in__": "bug"}, targets=["last"])
        with pytest.raises(GraphRunError):
            run(runner, inputs={}, targets=["last"])


DASK = DaskGraphRunner.run
