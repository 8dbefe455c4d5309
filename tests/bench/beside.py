"""A chat that goes on while something else happens, in a process of its own: what the load is busy with must not count as the gateway's.

`python -m tests.bench.beside PORT` prints a line for each message: when it was sent and when the agent saw it, by the clock that all
processes of a machine share.
"""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

from launch.settings import ROOT
from tests.bench import wire
from tests.bench.chats import Party, agent, new_cid, signed_in, taken

PAUSE_SECONDS = 0.2


@dataclass(slots=True)
class Beside:
    """What was seen of it so far: moments of sending and of seeing."""

    messages: list[tuple[float, float]] = field(default_factory=list)
    goes_on: threading.Event = field(default_factory=threading.Event)

    def took(self, since: float, until: float) -> list[float]:
        """Seconds of the messages that were sent in this time."""
        return [seen - sent for sent, seen in self.messages if since <= sent < until]


@contextmanager
def chat_beside(port: int) -> Iterator[Beside]:
    """The chat, as long as the block runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.beside", str(port)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    beside = Beside()

    def read() -> None:
        for line in process.stdout or ():
            sent, seen = map(float, line.split())
            beside.messages.append((sent, seen))
            beside.goes_on.set()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        if not beside.goes_on.wait(60):
            raise RuntimeError("the chat beside did not begin")
        yield beside
    finally:
        process.terminate()
        process.wait()
        reader.join()
        if process.stdout is not None:
            process.stdout.close()


async def _talk(port: int) -> None:
    by: Party = await agent(port, await signed_in(port, "maya"))
    (chat,) = await taken(port, [by], 1)
    while True:
        cid, sent = new_cid(), perf_counter()
        chat.subscriber.send("send", cid=cid, text="Hier geht es weiter.")
        await by.of("event", kind="message", cid=cid)
        print(sent, perf_counter(), flush=True)
        await asyncio.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    wire.run(_talk(int(sys.argv[1])))
