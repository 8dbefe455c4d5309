"""How much a run does: enough for figures that repeat, or just enough to see that every part works."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """The amounts of one run."""

    turns: int = 5
    echoes: int = 20_000
    handshakes: int = 600
    chats: int = 80
    messages: int = 6_000
    idle: tuple[int, ...] = (1_000, 5_000, 10_000)
    returning: int = 10_000
    bot_chats: int = 24
    stock: bool = True
    long_chats: int = 12
    long_turns: int = 500
    parties: int = 30
    deaths: int = 3


TINY = Plan(
    turns=1,
    echoes=200,
    handshakes=20,
    chats=4,
    messages=40,
    idle=(20,),
    returning=20,
    bot_chats=1,
    stock=False,
    long_chats=1,
    long_turns=40,
    parties=2,
    deaths=1,
)
"""For a test that the parts work; its figures mean nothing."""
