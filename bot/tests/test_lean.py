"""What is done once instead of for every turn comes out as Rasa's own."""

import asyncio
import gc
from collections.abc import Iterator

import pytest
from aiohttp import web
from jsonschema.exceptions import ValidationError
from rasa.core import processor
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

import lean

CHANGED: tuple[object, ...] = (
    *(RemoteAction, EndpointConfig, Event),
    *(DaskGraphRunner, RulePolicy, DialogueStateTracker, Domain, processor),
)
RASAS_OWN = (RemoteAction._validate_action_result, EndpointConfig.session, Event.resolve_by_type)


@pytest.fixture
def leaner() -> Iterator[None]:
    """Our ways in place, Rasa's own afterwards."""
    before = [(owner, dict(vars(owner))) for owner in CHANGED]
    lean.make_lean()
    yield
    for owner, own in before:
        for name, value in own.items():
            if vars(owner)[name] is not value:
                setattr(owner, name, value)


ANSWERS = [
    {},
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "open", "value": {"a": 1}}], "responses": [{}]},
    {"events": [{"event": "slot", "name": "open", "value": None, "timestamp": 1.5}]},
    {"responses": [{"text": None, "custom": {"type": "say"}, "buttons": []}]},
    [],
    None,
    {"events": {}},
    {"events": [{}]},
    {"events": ["slot"]},
    {"events": [{"event": 7}]},
    {"events": [{"event": "no such event"}]},
    {"events": [{"event": "slot", "name": 7, "value": None}]},
    {"events": [{"event": "slot"}, {"event": "restart"}]},
    {"events": [{"event": "form", "name": "a"}, {"event": "pause", "timestamp": "now"}]},
    {"events": [{"event": "user", "text": "x", "parse_data": {"entities": [{"entity": 1}]}}]},
    {"responses": ["text"]},
    {"responses": {}},
]


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
@pytest.mark.usefixtures("leaner")
def test_an_answer_is_as_good_as_for_rasa(answer: object) -> None:
    def good(check: "object") -> bool:
        try:
            return bool(check(RemoteAction("action", None), answer))  # type: ignore[operator]
        except ValidationError:
            return False

    assert good(RemoteAction._validate_action_result) == good(RASAS_OWN[0])


def test_some_of_them_are_bad_for_rasa() -> None:
    with pytest.raises(ValidationError):
        RASAS_OWN[0](RemoteAction("action", None), {"events": ["slot"]})


@pytest.mark.usefixtures("leaner")
def test_a_refused_answer_is_not_quoted() -> None:
    with pytest.raises(ValidationError) as refused:
        RemoteAction("action", None)._validate_action_result(
            {"responses": ["Guten Tag, Frau Beck"]}
        )
    assert "Beck" not in str(refused.value)


@pytest.mark.usefixtures("leaner")
def test_events_are_found_by_their_names() -> None:
    assert Event.resolve_by_type("user") is UserUttered
    assert Event.resolve_by_type("slot", None) is SlotSet
    assert Event.resolve_by_type("topic") is None
    assert Event.resolve_by_type("nothing", SlotSet) is SlotSet
    with pytest.raises(ValueError, match="nothing"):
        Event.resolve_by_type("nothing")


async def _asked(times: int) -> int:
    """Ask an action server so often; how many connections that took."""
    peers = set()

    async def answer(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer secret"
        peers.add(request.transport.get_extra_info("peername"))  # type: ignore[union-attr]
        return web.json_response({"events": []})

    app = web.Application()
    app.router.add_post("/webhook", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    headers = {"Authorization": "Bearer secret"}
    endpoint = EndpointConfig(f"http://127.0.0.1:{port}/webhook", headers=headers)
    for _ in range(times):
        assert await endpoint.request(json={}) == {"events": []}
    await runner.cleanup()
    return len(peers)


def test_rasa_connects_for_every_call() -> None:
    assert asyncio.run(_asked(3)) == 3


@pytest.mark.usefixtures("leaner")
def test_a_connection_serves_many_calls() -> None:
    assert asyncio.run(_asked(3)) == 1
    assert asyncio.run(_asked(3)) == 1, "another event loop has connections of its own"


def test_what_is_there_is_not_looked_through_again() -> None:
    before, there = gc.get_threshold(), gc.get_freeze_count()
    try:
        lean.leave_alone_what_stays()
        assert gc.get_freeze_count() > there
        assert gc.get_threshold()[0] > before[0]
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
