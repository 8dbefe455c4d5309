"""Part `echo`: what our WebSocket stack costs against a bare `websockets` echo; and part `handshakes`.

Invariant: all servers are measured in turns, in the same run, by the same load; a ratio is of one turn.
"""

import asyncio
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter

from tests.bench import wire
from tests.bench.figures import Figure, of_repeats
from tests.bench.machine import Cores, middle
from tests.bench.plan import Plan
from tests.bench.servers import Server, serving
from tests.bench.wire import Client, opened

CLIENTS = 64
TEXT = b"Warum ist meine Zahlung fehlgeschlagen? Bitte sehen Sie nach."
KINDS = {
    "stack": "echo, uvicorn as the gateway starts it",
    "outbox": "echo through the gateway's outbox",
}


async def echoed(port: int, messages: int) -> None:
    """Send so many messages and wait for every echo; each client has one under way."""
    clients = [await opened(port) for _ in range(CLIENTS)]
    left, done = messages, asyncio.get_running_loop().create_future()
    heard = 0

    def answer(client: Client) -> None:
        nonlocal left, heard
        heard += 1
        if left > 0:
            left -= 1
            client.send(TEXT)
        elif heard == messages:
            done.set_result(None)

    for client in clients:
        client.heard = lambda _payload, client=client: answer(client)
    for client in clients[:messages]:
        left -= 1
        client.send(TEXT)
    await done
    for client in clients:
        client.drop()


def cost(server: Server, messages: int) -> tuple[float, float]:
    """Microseconds of the server's CPU for one message, and messages in a second as they went."""
    before, begun = server.cpu(), perf_counter()
    wire.run(echoed(server.port, messages))
    took = perf_counter() - begun
    return (server.cpu() - before) / messages * 1e6, messages / took


def measure(plan: Plan, used: Cores, folder: Path) -> list[Figure]:
    """Echo by three servers in turns."""
    costs: dict[str, list[float]] = {"raw": [], **{kind: [] for kind in KINDS}}
    with ExitStack() as stack:
        servers = {kind: stack.enter_context(serving(kind, used, log=folder)) for kind in costs}
        for kind in costs:
            cost(servers[kind], plan.echoes // 4)  # what is slow only once
        for turn in range(plan.turns):
            for kind in list(costs)[:: 1 if turn % 2 else -1]:
                costs[kind].append(cost(servers[kind], plan.echoes)[0])
    figures = [of_repeats("raw_echo_us", "raw websockets echo, CPU", costs["raw"], "µs")]
    for kind, what in KINDS.items():
        ratios = [ours / raw for ours, raw in zip(costs[kind], costs["raw"], strict=True)]
        most = 1.3 if kind == "stack" else None
        figures.append(of_repeats(f"{kind}_echo_us", f"{what}, CPU", costs[kind], "µs"))
        figures.append(of_repeats(f"{kind}_echo_ratio", f"{what}", ratios, "x raw", at_most=most))
    return figures


async def shaken(port: int, sockets: int) -> None:
    """Open and drop so many sockets, a few at a time."""
    queue = iter(range(sockets))

    async def some() -> None:
        for _ in queue:
            (await opened(port)).drop()

    await asyncio.gather(*(some() for _ in range(16)))


def measure_handshakes(plan: Plan, used: Cores, folder: Path) -> list[Figure]:
    """How many sockets can be opened in a second of the server's CPU."""
    rates: dict[str, list[float]] = {"raw": [], "stack": []}
    with ExitStack() as stack:
        servers = {kind: stack.enter_context(serving(kind, used, log=folder)) for kind in rates}
        for turn in range(plan.turns + 1):
            for kind, server in servers.items():
                before = server.cpu()
                wire.run(shaken(server.port, plan.handshakes))
                if turn:  # the first one is for what is slow only once
                    rates[kind].append(plan.handshakes / (server.cpu() - before))
    ratio = middle(rates["stack"]) / middle(rates["raw"])
    return [
        of_repeats("handshakes_raw", "handshakes, raw websockets", rates["raw"], "/s and core"),
        of_repeats("handshakes", "handshakes, our stack", rates["stack"], "/s and core"),
        Figure("handshakes_ratio", "handshakes, ours to raw", ratio, "x raw"),
    ]
