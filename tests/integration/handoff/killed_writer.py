"""A process that writes to one conversation until it is killed, and says what was acknowledged.

Run as `python -m tests.integration.handoff.killed_writer URL CONVERSATION FIRST`: sends `cid-N` from FIRST
on, several at once, and prints `N SEQ` after each acknowledgement.
"""

import asyncio
import sys
from itertools import count

from handoff.adapters.memory_hints import MemoryHints
from handoff.adapters.sql import open_store
from handoff.conversations.flow import Flow
from handoff.desk.rules import Rules


async def write(url: str, conversation: str, first: int) -> None:
    """Until killed."""
    flow = Flow(open_store(url), MemoryHints(), desk=Rules())
    numbers = count(first)

    async def send_on() -> None:
        while True:
            number = next(numbers)
            receipt = await flow.receive(conversation, cid=f"cid-{number:06}", text=f"{number}")
            sys.stdout.write(f"{number} {receipt.seq}\n")
            sys.stdout.flush()

    await asyncio.gather(*(send_on() for _ in range(4)))


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1], sys.argv[2], int(sys.argv[3])))
