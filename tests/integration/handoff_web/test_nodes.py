"""Two gateways, one database, one Redis: which node somebody is on makes no difference."""

import asyncio
from pathlib import Path

from tests.integration.handoff_web.gateway import HEADER, cid, running_gateway


async def test_two_nodes_serve_one_conversation(folder: Path, redis_url: str) -> None:
    async with (
        running_gateway(folder, redis_url=redis_url) as here,
        running_gateway(folder, redis_url=redis_url) as there,
    ):
        await asyncio.sleep(0.5)
        parts = (await here.http.get("/readyz")).json()["parts"]
        assert parts["redis"] == "ok"
        cookie = await here.login()
        async with there.agent(cookie=cookie) as maya, here.subscriber() as (talk, welcome):
            chat = welcome["conversation"]
            await talk.send("person", cid=cid())
            control = await talk.event("control", controller="queue")
            await maya.send("watch", conversation=chat)
            epoch = control["event"]["epoch"]
            await maya.send("take", cid=cid(), conversation=chat, epoch=epoch)
            await maya.event("control", controller="agent")
            await talk.event("control", controller="agent")
            await talk.send("typing", on=True)
            assert (await maya.of("typing", conversation=chat))["on"] is True
            await maya.send(
                "send", cid=cid(), conversation=chat, epoch=epoch + 1, text="from over there"
            )
            await talk.event("message", text="from over there")
            async with there.subscriber(session=welcome["session"], since=1) as (tab, again):
                assert again["conversation"] == chat
                await tab.event("message", text="from over there")
        answer = await there.http.get("/api/agent/me", headers={**HEADER, "Cookie": cookie})
        assert answer.json()["agent"] == "maya"
