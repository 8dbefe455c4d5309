"""Part `turn`: how long an answer of the bot takes: through the gateway, straight from Rasa, and from a stock Rasa.

Real Rasa with the trained model, real action server, real gateway, as the launcher starts them. Every question is asked in
turns: over the gateway's socket, straight to Rasa's REST channel as the gateway would, and to what `rasa init` makes.
Invariants: all are asked in conversations of the same length; a question is answered by one action; no text was the last one
that was read; the stock bot has no action server to ask, and says little.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Protocol

import httpx

from handoff.contract import TurnMetadata
from tests.bench import wire
from tests.bench.chats import Party, new_cid, subscriber
from tests.bench.figures import Figure
from tests.bench.machine import Cores, middle, part_of
from tests.bench.plan import Plan
from tests.bench.stack import Stack, stock_rasa, whole_product

QUESTIONS = (
    "Guten Tag!",
    "Wann endet mein Vertrag?",
    "Welche Zahlungsart ist bei mir hinterlegt?",
    "Wann wird das nächste Mal abgebucht?",
    "Vielen Dank!",
)
"""Each once: who asks the same again and again is passed on to a person."""

BETWEEN = "Was steht auf meiner letzten Rechnung?"
"""Asked by somebody else before every question that is measured: Rasa remembers how it read the last text, and whoever asks
the same a moment later would be spared the reading."""


class Way(Protocol):
    """One conversation on one way to an answer."""

    async def ask(self, text: str) -> None: ...


class Direct:
    """Rasa's REST channel, asked as the gateway asks."""

    def __init__(self, http: httpx.AsyncClient, token: str, customer: str) -> None:
        self._http, self._token, self._customer = http, token, customer
        self.sender, self.asked = new_cid(), 0
        self.silent = 0

    async def ask(self, text: str) -> None:
        """Returns when the answer is there."""
        self.asked += 1
        turn = TurnMetadata(
            turn=f"{self.sender}:{self.asked}",
            subscriber_id=self._customer,
            level=1,
            first_turn=self.asked == 1,
        )
        answer = await self._http.post(
            "/webhooks/rest/webhook",
            params={"token": self._token},
            json={
                "sender": self.sender,
                "message": text,
                "metadata": turn.model_dump(mode="json"),
            },
        )
        answer.raise_for_status()
        self.silent += not answer.json()


class Through:
    """A subscriber's socket on the gateway."""

    def __init__(self, party: Party) -> None:
        self._party = party

    async def ask(self, text: str) -> None:
        """Returns when the bot's message is there; words left over from an earlier answer do not count."""
        cid = new_cid()
        self._party.send("send", cid=cid, text=text)
        place = (await self._party.of("ack", cid=cid))["seq"]
        while True:
            frame = await self._party.of("event", kind="message")
            if frame["event"]["author"] == "system":
                raise RuntimeError(f"the bot did not answer {text!r}: {frame['event']}")
            if frame["event"]["author"] == "bot" and frame["seq"] > place:
                return


async def _through(base: httpx.AsyncClient, port: int, customer: str) -> Through:
    """A signed-in chat of a customer of the demo."""
    answer = await base.post("/demo/token", json={"customer": customer})
    answer.raise_for_status()
    party, _ = await subscriber(port, jwt=answer.json()["jwt"])
    return Through(party)


@dataclass(slots=True)
class Times:
    """Milliseconds of each way, in the order of asking."""

    through: list[float] = field(default_factory=list)
    direct: list[float] = field(default_factory=list)
    stock: list[float] = field(default_factory=list)
    silent: int = 0
    cpu: dict[str, float] = field(default_factory=dict)

    def spent(self, before: Mapping[str, float], after: Mapping[str, float], *names: str) -> None:
        """Add what these processes worked for one answer; what they do between answers is not the answer's."""
        for name in names:
            self.cpu[name] = self.cpu.get(name, 0.0) + after[name] - before[name]


async def timed(way: Way, text: str) -> float:
    """Milliseconds until the answer is there."""
    begun = perf_counter()
    await way.ask(text)
    return (perf_counter() - begun) * 1000


async def _talk(plan: Plan, run: Stack, stock: str, times: Times) -> None:
    async with (
        httpx.AsyncClient(base_url=run.gateway, timeout=60, trust_env=False) as base,
        httpx.AsyncClient(base_url=run.rasa, timeout=60, trust_env=False) as rasa,
        httpx.AsyncClient(base_url=stock, timeout=60, trust_env=False) as plain,
    ):
        customers = [str(one["number"]) for one in (await base.get("/demo/customers")).json()]
        first = 0 if plan.bot_chats > 1 else -1  # the warm-up leaves the others as they are
        for customer in customers[first:][: plan.bot_chats]:
            through = await _through(base, run.port, customer)
            direct = Direct(rasa, run.token, customer)
            other = Direct(plain, "", customer)
            for text in QUESTIONS:
                await Direct(rasa, run.token, customer).ask(BETWEEN)
                idle = run.cpu()
                times.through.append(await timed(through, text))
                times.spent(idle, run.cpu(), "gateway")
                await Direct(rasa, run.token, customer).ask(BETWEEN)
                asked = run.cpu()
                times.direct.append(await timed(direct, text))
                times.spent(asked, run.cpu(), "rasa", "actions")
                if plan.stock:
                    times.stock.append(await timed(other, text))
            times.silent += other.silent


def measure(plan: Plan, used: Cores, folder: Path) -> list[Figure]:
    """Ask all questions on all ways."""
    (folder / "turn").mkdir()
    with ExitStack() as stack:
        run = stack.enter_context(whole_product(folder / "turn", used))
        stock, trained = "", 0.0
        if plan.stock:
            stock, trained = stack.enter_context(stock_rasa(folder, used))
        warm = replace(plan, bot_chats=1)
        wire.run(_talk(warm, run, stock, Times()))
        times = Times()
        wire.run(_talk(plan, run, stock, times))
    asked = len(times.through)
    adds = middle([a - b for a, b in zip(times.through, times.direct, strict=True)])
    figures = [
        *_spread("turn", "through the gateway", times.through, (15, 40)),
        *_spread("rasa", "straight from Rasa", times.direct, (None, None)),
        Figure("gateway_adds_ms", "what the gateway adds, p50", adds, "ms", at_most=5),
    ]
    if plan.stock:
        silent = times.silent / asked * 100
        figures += [
            *_spread("stock", "stock `rasa init`", times.stock, (None, None)),
            Figure("stock_trained_s", "the stock bot's training", trained, "s"),
            Figure("stock_silent", "the stock bot had no answer", silent, "%"),
        ]
    for name, seconds in times.cpu.items():
        cost = seconds / asked * 1000
        figures.append(Figure(f"{name}_turn_cpu_ms", f"CPU of {name} for a turn", cost, "ms"))
    return figures


def _spread(
    name: str, what: str, times: list[float], most: tuple[float | None, float | None]
) -> list[Figure]:
    return [
        Figure(
            f"{name}_p{share}_ms", f"{what}, p{share}", part_of(times, share), "ms", at_most=limit
        )
        for share, limit in zip((50, 95), most, strict=True)
    ]
