"""Part `long`: whether the bot's turn 500 takes longer than its turn 5, with our tracker store and with Rasa's own.

Real Rasa with the trained model and the real action server, trackers in a real PostgreSQL. Invariants: both turns are asked in the
same chats, early ones and late ones, and the same questions in both; between them the chat grows by its own turns, which are
copied in the database as Rasa stored them.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import psycopg

from launch.processes import Ports, Process, business, product
from launch.run import prepare_databases
from launch.settings import secrets_of
from launch.training import trained_model
from tests.bench import wire
from tests.bench.figures import Figure
from tests.bench.machine import Cores, middle, on_core
from tests.bench.plan import Plan
from tests.bench.stack import started
from tests.bench.turn import QUESTIONS, Direct, timed
from tests.postgres import PostgresServer, running_postgres
from tests.processes import free_port

EARLY = 5
WARM_UP = 3
CUSTOMER = "K-1001"
GROW = """
INSERT INTO events (id, sender_id, type_name, timestamp, intent_name, action_name, data)
SELECT nextval('events_id_seq'), sender_id, type_name, timestamp, intent_name, action_name, data FROM (
    SELECT again, e.* FROM generate_series(1, %(times)s) again, events e
    WHERE e.sender_id = %(sender)s AND e.id >= (
        SELECT min(id) FROM events WHERE sender_id = %(sender)s AND type_name = 'user'
    ) ORDER BY again, e.id
) copies
"""
STOCK = """
action_endpoint:
  url: ${RASA_ACTIONS_URL}
  headers:
    Authorization: Bearer ${RASA_ACTIONS_TOKEN}
tracker_store:
  type: SQL
  dialect: postgresql
  url: 127.0.0.1
  port: PORT
  db: DATABASE
  username: postgres
"""


@dataclass(slots=True)
class Times:
    """Milliseconds of turns early and late in the same chats."""

    early: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """How many times as long a late turn takes."""
        return middle(self.late) / middle(self.early)


async def _asked(plan: Plan, address: str, token: str, database: str, times: Times) -> None:
    """Let each chat have its early turns, grow, and have its late ones."""
    async with httpx.AsyncClient(base_url=address, timeout=120, trust_env=False) as http:
        for _ in range(plan.long_chats):
            chat = Direct(http, token, CUSTOMER)
            for number in range(EARLY):
                spent = await timed(chat, QUESTIONS[number % len(QUESTIONS)])
            times.early.append(spent)
            _grow(database, chat, plan.long_turns)
            for number in range(EARLY):
                spent = await timed(chat, QUESTIONS[number % len(QUESTIONS)])
            times.late.append(spent)


def _grow(database: str, chat: Direct, turns: int) -> None:
    """Copy what was said so far until there are nearly so many turns."""
    times = turns // EARLY - 2
    with psycopg.connect(database) as connection:
        connection.execute(GROW, {"times": times, "sender": chat.sender})
    chat.asked += times * EARLY


@contextmanager
def _rasa(var: Path, process: Process, server: PostgresServer, own: str) -> Iterator[str]:
    """A Rasa with our store (`own` is "ours") or the stock one, on a database of its own; its address for psycopg."""
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE trackers_{own}".encode())
    database = server.dsn(f"trackers_{own}")
    told = process.environment | {"RASA_TRACKER_DB": database}
    command = process.command
    if own != "ours":
        endpoints = var / "stock-endpoints.yml"
        text = STOCK.replace("PORT", str(server.port)).replace("DATABASE", f"trackers_{own}")
        endpoints.write_text(text)
        command = (*command, "--endpoints", str(endpoints))
    named = replace(process, name=f"rasa-{own}", environment=told, command=command)
    with started(named, var):
        yield database


def _compare(plan: Plan, used: Cores, folder: Path, own: str) -> Times:
    """The times with one of the two stores."""
    var = folder / f"long-{own}"
    var.mkdir()
    var.chmod(0o755)
    secrets, ports = secrets_of(var), Ports(free_port(), free_port(), free_port())
    actions, rasa, _ = product(var, trained_model(var), ports, secrets)
    prepare_databases(var, business(var, ports.gateway, secrets))
    with running_postgres() as server, on_core(used.server), ExitStack() as stack:
        stack.enter_context(started(actions, var))
        database = stack.enter_context(_rasa(var, rasa, server, own))
        address = f"http://127.0.0.1:{ports.rasa}"
        warm = replace(plan, long_chats=1, long_turns=WARM_UP * EARLY)
        wire.run(_asked(warm, address, secrets.rasa_token, database, Times()))
        times = Times()
        wire.run(_asked(plan, address, secrets.rasa_token, database, times))
    return times


def measure(plan: Plan, used: Cores, folder: Path) -> list[Figure]:
    """Our store, and the stock one as control."""
    ours = _compare(plan, used, folder, "ours")
    late = f"turn {plan.long_turns}"
    figures = [
        Figure("long_early_ms", f"turn {EARLY}, p50", middle(ours.early), "ms"),
        Figure("long_late_ms", f"{late}, p50", middle(ours.late), "ms"),
        Figure("long_ratio", f"{late} against turn {EARLY}", ours.ratio, "×", at_most=1.2),
    ]
    if plan.stock:
        stock = _compare(plan, used, folder, "stock")
        what = f"{late} against turn {EARLY}, Rasa's own SQL store"
        figures += [
            Figure("long_stock_late_ms", f"{late}, Rasa's own SQL store, p50", middle(stock.late), "ms"),
            Figure("long_stock_ratio", what, stock.ratio, "×"),
        ]  # fmt: skip
    return figures
