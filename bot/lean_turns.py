"""What Rasa 3.6 does for a turn at the length of its chat, or with tools made for larger work, done for what a turn needs.

The version is pinned, a test holds each part against Rasa's own. Invariants: what these ways were not made for is left to Rasa's
own (rules about slots or loops, events that take others back, an action asked for by an action); they predict the same
actions from the same rules.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from rasa.core import processor
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.constants import PREVIOUS_ACTION
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    Event,
    FollowupAction,
    Restarted,
    SessionStarted,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

_UNREAD = "intent_ranking"
"""Of earlier messages no action reads it; of the last one it stands in `latest_message`."""

_NOT_STRAIGHT_ON = (ActionReverted, ActiveLoop, Restarted, SessionStarted, UserUtteranceReverted)
_TURNS = 2
_MOST_KNOWN = 4096

_own_states = RulePolicy._prediction_states
_own_keys = RulePolicy._get_possible_keys
_own_copy = DialogueStateTracker.copy
_own_call = RemoteAction._action_call_format
_own_empty = Domain.is_empty


def make_turns_lean() -> None:
    """Put these ways in the place of Rasa's; to be called before it is started."""
    DaskGraphRunner.run = run_graph
    RulePolicy._prediction_states = late_states
    RulePolicy._get_possible_keys = known_keys
    DialogueStateTracker.copy = copied
    RemoteAction._action_call_format = called
    Domain.is_empty = is_empty
    # It copies what it says at the level "debug", whether anybody listens or not, and nothing else.
    processor.copy = SimpleNamespace(deepcopy=lambda said: said)


# --- the graph of components


def run_graph(
    runner: DaskGraphRunner,
    inputs: Mapping[str, Any] | None = None,
    targets: Sequence[str] | None = None,
) -> dict[str, Any]:
    """The outputs of the targets: each component once, behind those it needs. Raises GraphRunError."""
    schema = runner._graph_schema
    wanted = tuple(targets or schema.target_names)
    done = {name: (name, value) for name, value in (inputs or {}).items()}
    orders = runner.__dict__.setdefault("_orders", {})
    if wanted not in orders:
        orders[wanted] = list(dict.fromkeys(_behind(schema.nodes, wanted)))
    try:
        for name in orders[wanted]:
            if name not in done:
                needs = schema.nodes[name].needs.values()
                done[name] = runner._instantiated_nodes[name](*(done.get(n, n) for n in needs))
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error
    return dict(done[name] for name in wanted)


def _behind(nodes: Mapping[str, Any], names: Sequence[str]) -> Iterator[str]:
    """The components that these need, then these; a name that is none is an input."""
    for name in names:
        if name in nodes:
            yield from _behind(nodes, list(nodes[name].needs.values()))
            yield name


# --- rules


def late_states(
    policy: RulePolicy, tracker: DialogueStateTracker, domain: Domain, *how: Any, **told: Any
) -> list[State]:
    """The last states: rules of so few states look at no earlier one. Rasa's own way makes a state of every action of the chat."""
    lately = _lately(tracker) if _is_simple(policy) else None
    if lately is None or any(slot.influence_conversation for slot in tracker.slots.values()):
        states: list[State] = _own_states(policy, tracker, domain, *how, **told)
        return states
    # What stands before its first action is no state of the chat.
    return [s for s in _own_states(policy, lately, domain, *how, **told) if s.get(PREVIOUS_ACTION)]


def _is_simple(policy: RulePolicy) -> bool:
    """Whether no rule is longer than a turn and none wants a chat's beginning; asked once for a model."""
    rules = policy.lookup[RULES]
    known = policy.__dict__.get("_simple")
    if known is None or known[0] is not rules:
        states = [json.loads(rule) for rule in rules]
        simple = all(
            len(one) <= _TURNS and all(s.get(PREVIOUS_ACTION) for s in one) for one in states
        )
        known = policy.__dict__["_simple"] = (rules, simple)
    return bool(known[1])


def _lately(tracker: DialogueStateTracker) -> DialogueStateTracker | None:
    """A tracker of the last turns, from an action on; None where events do not simply follow each other, or are few."""
    events = list(tracker.events)
    begins = _begin(events)
    if begins is None or any(isinstance(event, _NOT_STRAIGHT_ON) for event in events[begins:]):
        return None
    if tracker.active_loop is not None and tracker.active_loop.name:
        return None
    lately = tracker.init_copy()
    for event in events[begins:]:
        lately.events.append(event)
        event.apply_to(lately)
    return lately


def _begin(events: Sequence[Event]) -> int | None:
    """The place of the action before the last turns but one."""
    turns = 0
    for place in range(len(events) - 1, 0, -1):
        turns += isinstance(events[place], UserUttered)
        if turns == _TURNS and isinstance(events[place], ActionExecuted):
            return place
    return None


def known_keys(policy: RulePolicy, lookup: Mapping[str, str], states: list[State]) -> set[str]:
    """The rules that fit, remembered: there are as many answers as intents, and each costs a look at every rule."""
    memory = policy.__dict__.setdefault("_fitting", {})
    asked = (id(lookup), json.dumps(states, sort_keys=True))
    if asked not in memory:
        if len(memory) >= _MOST_KNOWN:
            memory.clear()
        memory[asked] = _own_keys(policy, lookup, states)
    found: set[str] = memory[asked]
    return set(found)


# --- trackers and calls


def copied(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """A copy of what the events came to; Rasa's own way plays them all again."""
    late = (e for e in reversed(tracker.events) if isinstance(e, (ActionExecuted, FollowupAction)))
    if not isinstance(next(late, None), ActionExecuted):
        own: DialogueStateTracker = _own_copy(
            tracker
        )  # which action comes next may not be told by events
        return own
    twin: DialogueStateTracker = tracker.init_copy()
    twin.events.extend(tracker.events)
    twin.slots = {name: copy.copy(slot) for name, slot in tracker.slots.items()}
    twin._paused, twin.followup_action = tracker._paused, tracker.followup_action
    twin.latest_action = copy.copy(tracker.latest_action)
    twin.latest_message = tracker.latest_message
    twin.latest_bot_utterance = tracker.latest_bot_utterance
    twin.active_loop = copy.copy(tracker.active_loop)
    return twin


def called(action: RemoteAction, tracker: DialogueStateTracker, _domain: Domain) -> dict[str, Any]:
    """What the action server is told: no domain, which our actions never read, and of earlier messages what they read."""
    told: dict[str, Any] = _own_call(action, tracker, _NO_DOMAIN)
    for event in told["tracker"]["events"]:
        if event.get("event") == "user" and _UNREAD in (event.get("parse_data") or {}):
            parsed = event["parse_data"].items()
            event["parse_data"] = {name: value for name, value in parsed if name != _UNREAD}
    return told


class _Nothing:
    """In the place of a domain that is told to nobody."""

    def as_dict(self) -> dict[str, Any]:
        return {}

    def does_custom_action_explicitly_need_domain(self, _action: str) -> bool:
        return True


_NO_DOMAIN: Any = _Nothing()


def is_empty(domain: Domain) -> bool:
    """Asked for every message; a domain does not change."""
    known = domain.__dict__.get("_is_empty")
    if known is None:
        known = domain.__dict__["_is_empty"] = _own_empty(domain)
    return bool(known)
