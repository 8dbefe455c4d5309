"""The assistant's stand-in of the fault tests: says what it heard, or misbehaves exactly as it was told.

`python -m tests.faults.assistant PORT`; `GET /mode/<name>` tells it how. Invariants: a good answer repeats the words of
its question, so that an answer under the wrong question is seen; modes hold until the next one is told.
"""

import asyncio
import json
import sys

from typing_extensions import override

from handoff.contract import Say, Understanding
from tests.chaos.bot import Assistant, Turn, response

BAD_BODIES = {
    "empty": b"[]",
    "no_json": b'[{"recipient_id": ',
    "other_shape": b'[{"recipient_id": "?", "text": "hello"}]',
    "html": b"<html>502 Bad Gateway</html>",
}


def said(turn: Turn, opening: str = "heard") -> bytes:
    """The body of a good answer."""
    words = Say(
        text=f"{opening} {turn['message']}",
        locale=turn["metadata"]["locale"],
        understood=Understanding(intent="greet", confidence=0.41),
    )
    reply = {"recipient_id": turn["sender"], "custom": words.model_dump(mode="json")}
    return json.dumps([reply]).encode()


class Scripted(Assistant):
    """Good answers, unless a mode says otherwise. In `hold` an answer waits until the mode is another one."""

    @override
    async def _turn(self, turn: Turn, writer: asyncio.StreamWriter) -> bool:
        mode = self.mode
        while self.mode == "hold":  # noqa: ASYNC110  # one reader sets it, many wait
            await asyncio.sleep(0.02)
        if mode == "slow":
            await asyncio.sleep(30)
        if mode == "error":
            writer.write(response(500, b"{}"))
        elif mode in BAD_BODIES:
            writer.write(response(200, BAD_BODIES[mode]))
        elif mode == "twice":
            writer.write(response(200, said(turn)) + response(200, said(turn, "again heard")))
        elif mode == "half":
            whole = said(turn)
            writer.write(response(200, whole[: len(whole) // 2], promised=len(whole)))
            return False
        else:
            writer.write(response(200, said(turn)))
        return True


async def main(port: int) -> None:
    """Serve until killed."""
    server = await asyncio.start_server(Scripted().serve, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
