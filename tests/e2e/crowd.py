"""Many chats that wait, for a desk that is to be tried with a long list: `python -m tests.e2e.crowd URL COUNT`.

Invariants: they come in by the gateway's own steps, in a database that no gateway is using; the same count gives the same crowd.
"""

import asyncio
import sys
from itertools import product

from handoff.contract import HandoffReason, HandoffRequest, Locale, Skill
from handoff.conversations.flow import Flow
from handoff.conversations.ports import Visitor
from tests.integration.handoff.house import House, cid

FIRST = "Anna Ben Clara David Elif Finn Greta Hamid Ida Jonas Klara Levin Mira Noah Olga Paul Rosa Sami Tara Yusuf"
LAST = "Albers Brandt Costa Demir Engel Fischer Grimm Haas Ivanov Jansen Kaya Lorenz Meyer Novak Okafor Peters Quast"
SAID: tuple[tuple[Locale, HandoffReason, Skill, str], ...] = (
    ("de", "misunderstood", "BIL", "Auf meiner Rechnung steht ein Betrag, den ich nicht kenne."),
    ("en", "asked", "COL", "My card was declined twice and I would like to pay another way."),
    ("de", "catalogue", "RET", "Ich überlege zu kündigen, weil mir der Preis zu hoch geworden ist."),
    ("de", "write_failed", "TEC", "Das neue Passwort wird nicht angenommen."),
    ("en", "angry", "CMP", "This is the third time I write about the same invoice."),
    ("de", "not_covered", "DLV", "Das Heft kommt seit Wochen zu spät an."),
)  # fmt: skip


async def waits(flow: Flow, number: int, name: str) -> None:
    """One more chat that waits for a person."""
    locale, reason, skill, words = SAID[number % len(SAID)]
    entered = await flow.enter(Visitor(None, 0, name, locale), session=None)
    chat = entered.conversation.id
    await flow.receive(chat, cid=cid(), text=words)
    (turn,) = await flow.due_turns()
    request = HandoffRequest(
        reason=reason, skill=skill, intent=None, summary_de=words, summary_en=words, locale=locale
    )
    assert await flow.answer(turn, [request])


async def main(url: str, count: int) -> None:
    """Fill the line."""
    house = House(url, clock=None)
    flow = house.node()
    names = [f"{first} {last}" for last, first in product(LAST.split(), FIRST.split())]
    for number in range(count):
        await waits(flow, number, names[number % len(names)])
    house.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
