"""Words put right and taken back, over the sockets: who stayed and who was away show the same."""

from typing import Any

from tests.integration.handoff_web.gateway import Gateway, Talk, cid

View = dict[int, str]


def apply(view: View, frame: dict[str, Any]) -> None:
    """What widget and console do with an event."""
    event = frame["event"]
    if event["kind"] in {"message", "note"}:
        view[frame["seq"]] = event["text"]
    elif event["kind"] == "edit" and event["seq"] in view:
        view[event["seq"]] = "(deleted)" if event["text"] is None else f"{event['text']} (edited)"


async def read_to(talk: Talk, view: View, last: int) -> None:
    """Apply all events up to a place."""
    while True:
        frame = await talk.of("event")
        apply(view, frame)
        if frame["seq"] >= last:
            return


async def test_an_agent_amends_and_everybody_sees_the_same(gateway: Gateway) -> None:
    async with gateway.agent() as maya, gateway.subscriber() as (talk, welcome):
        chat = welcome["conversation"]
        stayed: View = {}
        await talk.send("person", cid=cid())
        seen = await talk.event("control", controller="queue")
        epoch = seen["event"]["epoch"] + 1
        await maya.send("watch", conversation=chat)
        await maya.send("take", cid=cid(), conversation=chat, epoch=epoch - 1)
        await maya.event("control", controller="agent")

        async def written(type: str, **fields: Any) -> dict[str, Any]:  # noqa: A002
            mine = cid()
            await maya.send(type, cid=mine, conversation=chat, **fields)
            return await maya.until(lambda f: f.get("cid") == mine and f["type"] in {"ack", "nack"})

        right = (await written("send", epoch=epoch, text="twleve"))["seq"]
        leaked = (await written("send", epoch=epoch, text="not for you"))["seq"]
        await read_to(talk, stayed, leaked)
        away = dict(stayed)
        assert (await written("edit", epoch=epoch, seq=right, text="twelve"))["type"] == "ack"
        gone = await written("delete", seq=leaked)
        assert gone["type"] == "ack"
        again = await written("edit", epoch=epoch, seq=leaked, text="back")
        assert (again["type"], again["code"], again["retry"]) == ("nack", "not_editable", False)
        await read_to(talk, stayed, gone["seq"])
        session = welcome["session"]
        async with gateway.subscriber(session=session, since=leaked, log=welcome["log"]) as (
            tab,
            _,
        ):
            await read_to(tab, away, gone["seq"])
        fresh: View = {}
        async with gateway.subscriber(session=session) as (tab, _):
            await read_to(tab, fresh, gone["seq"])
    assert stayed[right] == "twelve (edited)"
    assert stayed[leaked] == "(deleted)"
    shown = [{seq: view[seq] for seq in (right, leaked)} for view in (stayed, away, fresh)]
    assert shown[0] == shown[1] == shown[2]


async def test_a_subscriber_cannot_amend(gateway: Gateway) -> None:
    async with gateway.subscriber() as (talk, _):
        mine = cid()
        await talk.send("send", cid=mine, text="I cancel my subscription")
        seq = (await talk.of("ack", cid=mine))["seq"]
        for frame in ({"type": "edit", "text": "no"}, {"type": "delete"}):
            await talk.send(**frame, cid=cid(), seq=seq)
            assert (await talk.of("nack"))["code"] == "bad_frame"
