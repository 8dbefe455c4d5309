"""One conversation over real sockets: bot, person, hand-back, reconnect."""

import asyncio
from typing import Any

from handoff.contract import Button, HandoffRequest, Say
from tests.integration.handoff_web.gateway import HEADER, Gateway, Talk, cid, until


async def hand_over(talk: Talk) -> None:
    await talk.send("person", cid=cid())
    await talk.event("control", controller="queue")


async def row_of(agent: Talk, conversation: str, **wanted: Any) -> dict[str, Any]:
    """The conversation's row as soon as the list shows it so."""
    while True:
        row = agent.inbox.get(conversation)
        if row is not None and all(row[name] == value for name, value in wanted.items()):
            return dict(row)
        await agent.of("inbox")


async def take(agent: Talk, conversation: str) -> int:
    """Watch and take a waiting chat; its epoch after."""
    row = await row_of(agent, conversation, controller="queue")
    await agent.send("watch", conversation=conversation)
    await agent.send("take", cid=cid(), conversation=conversation, epoch=row["epoch"])
    taken = await agent.event("control", controller="agent")
    return int(taken["event"]["epoch"])


async def test_the_bot_welcomes_and_answers_once_per_cid(gateway: Gateway) -> None:
    async with gateway.subscriber(locale="en") as (talk, welcome):
        assert (welcome["level"], welcome["reset"]) == (0, False)
        first = await talk.event("message")
        assert (first["event"]["code"], first["seq"], first["after"]) == ("welcome", 1, 0)
        key = cid()
        await talk.send("send", cid=key, text="/restart hello")
        ack = await talk.of("ack")
        await talk.event("message", author="bot", text="bot heard restart hello")
        await talk.send("send", cid=key, text="/restart hello")
        assert (await talk.of("ack"))["seq"] == ack["seq"]
    assert len(gateway.assistant.turns) == 1


async def test_log_frames_form_a_chain(gateway: Gateway) -> None:
    async with gateway.subscriber() as (talk, _):
        for number in range(3):
            await talk.send("send", cid=cid(), text=f"message {number}")
            await talk.event("message", author="bot", text=f"bot heard message {number}")
        logged = [frame for frame in talk.seen if frame["type"] == "event"]
        assert [f["after"] for f in logged] == [0, *(f["seq"] for f in logged[:-1])]
        await talk.send("sync", since=2)
        again = await talk.of("event", seq=3)
        assert again["after"] == 2


async def test_a_button_is_pressed_by_place_not_by_meaning(gateway: Gateway) -> None:
    button = Button(title="Yes", intent="affirm", value={"order": "secret-token"})
    gateway.assistant.answer = lambda _turn: [Say(text="Sure?", locale="en", buttons=[button])]
    async with gateway.subscriber(locale="en") as (talk, _):
        await talk.send("send", cid=cid(), text="upgrade")
        shown = await talk.event("message", text="Sure?")
        assert shown["event"]["buttons"] == [{"title": "Yes", "style": "reply", "order": None}]
        assert "secret-token" not in str(talk.seen)
        await talk.send("press", cid="press-unknown", seq=shown["seq"], index=1)
        assert (await talk.of("nack", cid="press-unknown"))["code"] == "unknown_button"
        await talk.send("press", cid=cid(), seq=shown["seq"], index=0)
        await talk.event("message", text="Sure?")
    pressed = gateway.assistant.turns[-1]
    assert pressed["message"] == "/affirm"
    assert pressed["metadata"]["pressed"] == {"order": "secret-token"}


async def test_a_person_takes_over_and_hands_back(gateway: Gateway) -> None:
    async with gateway.agent() as maya, gateway.subscriber(locale="en") as (talk, welcome):
        chat = welcome["conversation"]
        await hand_over(talk)
        place = await talk.of("queue")
        assert (place["position"], place["wait_from"], place["wait_to"]) == (1, 1, 2)
        epoch = await take(maya, chat)
        assert (await talk.of("queue"))["position"] == 0
        control = next(f for f in reversed(talk.seen) if f.get("event", {}).get("controller"))
        assert control["event"]["agent"] is None, "a login is no subscriber's business"
        await maya.send("send", cid=cid(), conversation=chat, epoch=epoch, text="Hi, Maya here")
        await talk.event("message", author="agent", text="Hi, Maya here")
        await maya.send("send", cid=cid(), conversation=chat, epoch=epoch, text="psst", note=True)
        await maya.event("note", text="psst")
        await talk.send("send", cid=cid(), text="thank you")
        await maya.event("message", text="thank you")
        release = {"conversation": chat, "epoch": epoch, "to": "bot", "outcome": "solved"}
        await maya.send("release", cid=cid(), **release)
        await talk.event("message", code="welcome_back")
        assert gateway.assistant.turns == []
        await talk.send("send", cid=cid(), text="and now?")
        await talk.event("message", author="bot", text="bot heard and now?")
        assert "psst" not in str(talk.seen)
    assert gateway.assistant.turns[0]["metadata"]["handback"]["outcome"] == "solved"


async def test_both_see_typing_and_the_bot_types_too(gateway: Gateway) -> None:
    async with gateway.agent() as maya, gateway.subscriber() as (talk, welcome):
        chat = welcome["conversation"]
        await hand_over(talk)
        await maya.send("typing", conversation=chat, on=True)
        await take(maya, chat)
        await maya.send("typing", conversation=chat, on=True)
        shown = await talk.of("typing", on=True)
        assert (shown["author"], shown["name"]) == ("agent", "Maya Brandt")
        await talk.send("typing", on=True)
        await talk.send("typing", on=True)
        await talk.send("typing", on=False)
        assert (await maya.of("typing", conversation=chat))["on"] is True
        assert (await maya.of("typing", conversation=chat))["on"] is False
        async with gateway.subscriber(session=welcome["session"]) as (tab, _):
            await tab.send("typing", on=True)
            assert (await maya.of("typing", conversation=chat))["on"] is True
        left = await maya.of("typing", conversation=chat)
        assert left["on"] is False, "who left does not type"
        early = [f for f in talk.seen if f["type"] == "typing"]
        assert len(early) == 1, "typing before the take-over is not shown"


async def test_the_second_agent_learns_who_was_faster(gateway: Gateway) -> None:
    async with (
        gateway.agent("maya") as maya,
        gateway.agent("jonas") as jonas,
        gateway.subscriber() as (talk, welcome),
    ):
        chat = welcome["conversation"]
        await hand_over(talk)
        row = await row_of(jonas, chat, controller="queue")
        epoch = await take(maya, chat)
        await jonas.send("take", cid="jonas-takes", conversation=chat, epoch=row["epoch"])
        nack = await jonas.of("nack", cid="jonas-takes")
        assert (nack["code"], nack["retry"]) == ("taken", False)
        assert nack["facts"]["agent_name"] == "Maya Brandt"
        stale = {"conversation": chat, "epoch": epoch - 1, "text": "late"}
        await maya.send("send", cid="maya-is-late", **stale)
        assert (await maya.of("nack", cid="maya-is-late"))["code"] == "stale_epoch"
        seen = await row_of(jonas, chat, controller="agent")
        assert seen["agent_name"] == "Maya Brandt"


async def test_an_answer_after_the_take_over_is_dropped(gateway: Gateway) -> None:
    gateway.assistant.delay = 1.0
    async with gateway.agent() as maya, gateway.subscriber() as (talk, welcome):
        await talk.send("send", cid=cid(), text="slow question")
        await talk.of("ack")
        await until(lambda: bool(gateway.assistant.turns))
        await hand_over(talk)
        await take(maya, welcome["conversation"])
        await asyncio.sleep(1.5)
        await talk.send("ping")
        await talk.of("pong")
        assert "bot heard" not in str(talk.seen)
    assert len(gateway.assistant.turns) == 1


async def test_reconnecting_continues_at_the_cursor(gateway: Gateway) -> None:
    async with gateway.subscriber() as (talk, welcome):
        await talk.send("send", cid=cid(), text="one")
        last = await talk.event("message", author="bot", text="bot heard one")
    session = welcome["session"]
    async with gateway.subscriber(session=session, since=last["seq"]) as (talk, again):
        assert (again["conversation"], again["reset"]) == (welcome["conversation"], False)
        assert again["session"] == session
        await talk.send("send", cid=cid(), text="two")
        following = await talk.of("event")
        assert (following["seq"], following["after"]) == (last["seq"] + 1, last["seq"])
    async with gateway.subscriber(session=session, since=10_000) as (talk, restored):
        assert restored["reset"] is True
        assert (await talk.of("event"))["seq"] == 1


async def test_two_tabs_see_the_same_log(gateway: Gateway) -> None:
    async with (
        gateway.subscriber() as (one, welcome),
        gateway.subscriber(session=welcome["session"]) as (two, _),
    ):
        await one.send("send", cid="from-tab-one", text="hello")
        seen = await two.event("message", author="subscriber")
        assert seen["event"]["cid"] == "from-tab-one"


async def test_the_bot_hands_over_with_its_packet(gateway: Gateway) -> None:
    gateway.assistant.answer = lambda _turn: [
        Say(text="I pass you on.", locale="en"),
        HandoffRequest(reason="catalogue", skill="BIL", intent="dispute", locale="en"),
    ]
    async with gateway.agent() as maya, gateway.subscriber(locale="en") as (talk, welcome):
        chat = welcome["conversation"]
        await talk.send("send", cid=cid(), text="this is wrong")
        await talk.event("control", controller="queue")
        await row_of(maya, chat, skill="BIL", reason="catalogue")
        await maya.send("watch", conversation=chat)
        packet = (await maya.event("packet"))["event"]["packet"]
        assert packet["intent"] == "dispute"
        assert "packet" not in [f.get("event", {}).get("kind") for f in talk.seen]


async def test_a_silent_assistant_means_people(gateway: Gateway) -> None:
    gateway.assistant.answer = lambda _turn: []
    async with gateway.subscriber() as (talk, _):
        await talk.send("send", cid=cid(), text="hello?")
        await talk.event("message", code="bot_unavailable")
        await talk.event("control", controller="queue")
        await talk.event("message", code="nobody_available")


async def test_console_resumes_what_it_caches_and_lets_go(gateway: Gateway) -> None:
    async with gateway.subscriber() as (talk, welcome):
        chat = welcome["conversation"]
        await talk.event("message", code="welcome")
        async with gateway.agent(cursors={chat: 1, "not-there": 3}) as maya:
            codes = [f["code"] for f in maya.seen if f.get("cid") == "not-there"]
            assert codes == ["unknown_conversation"]
            await talk.send("send", cid=cid(), text="live")
            frame = await maya.of("event", conversation=chat)
            assert (frame["seq"], frame["after"]) == (2, 1)
            await maya.event("message", author="bot", text="bot heard live")
            await maya.send("unwatch", conversation=chat)
            await talk.send("send", cid=cid(), text="unheard")
            await talk.event("message", author="bot", text="bot heard unheard")
            await maya.send("ping")
            await maya.of("pong")
            assert "unheard" not in str([f for f in maya.seen if f["type"] == "event"])


async def test_signing_in_shows_the_overview(gateway: Gateway) -> None:
    made = await gateway.http.post("/demo/token", json={"customer": "K-1001"})
    cookie = await gateway.login()
    async with gateway.subscriber(jwt=made.json()["jwt"], locale="de") as (_, welcome):
        assert (welcome["level"], welcome["name"]) == (2, "Anna Lindqvist")
        path = f"/api/agent/conversations/{welcome['conversation']}/overview"
        answer = await gateway.http.get(path, headers={**HEADER, "Cookie": cookie})
    assert answer.status_code == 200, answer.text
    assert "Anna Lindqvist" in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_agents_see_who_else_looks_and_subscribers_never_do(gateway: Gateway) -> None:
    async with (
        gateway.agent("maya") as maya,
        gateway.agent("jonas") as jonas,
        gateway.subscriber() as (talk, welcome),
    ):
        chat = welcome["conversation"]
        for agent in (maya, jonas):
            await agent.send("watch", conversation=chat)
            await agent.event("message", code="welcome")
        await maya.send("look", conversation=chat)
        looks = await jonas.of("looks", conversation=chat)
        assert (looks["agent"], looks["name"], looks["on"]) == ("maya", "Maya Brandt", True)
        await jonas.send("look", conversation=chat, writing=True)
        assert (await maya.of("looks"))["writing"] is True
        await maya.send("look", conversation=None)
        assert (await jonas.of("looks", on=False))["agent"] == "maya"
        await talk.send("ping")
        await talk.of("pong")
        assert "looks" not in [frame["type"] for frame in talk.seen]
        async with gateway.agent("maya") as again:
            await again.send("watch", conversation=chat)
            await again.event("message", code="welcome")
            await again.send("look", conversation=chat)
            assert (await again.of("looks", agent="jonas"))["writing"] is True, "asked back"
        assert (await jonas.of("looks", on=False))["agent"] == "maya", "who goes is gone"
