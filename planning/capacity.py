"""What an installation of a given size needs: `python -m planning.capacity [--subscribers N --concurrent-chats N ...]`.

Read `plan` first: it is arithmetic on measured figures and assumptions, nothing else. Invariants: the hour that is planned
for is the busiest one; whole processes are rounded up, after head-room; what is needed never shrinks when there is more to do.
"""

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import ceil
from pathlib import Path

MEASURED = Path(__file__).with_name("measured.json")
DAYS = 30
MIB, GIB = 1024**2, 1024**3


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What nobody can measure here. Each is an option of the command; `_` becomes `-`."""

    subscribers: float = 1_000_000
    concurrent_chats: float = 20_000
    sockets_per_chat: float = 1.3
    messages_per_minute: float = 1.0
    bot_share: float = 0.85
    answers_per_message: float = 1.2
    read_marks_per_message: float = 0.8
    busy_hours_per_day: float = 5.0
    cpu_use: float = 0.5
    core_speed: float = 1.0
    memory_margin: float = 1.5
    spare_processes: float = 1
    hint_us: float = 30
    gateway_base_mib: float = 180
    rasa_mib: float = 800
    actions_mib: float = 200
    business_kib_per_subscriber: float = 30


WORDS = {
    "subscribers": "customers in the business's database",
    "concurrent_chats": "chats in which somebody writes or is answered, in the busiest hour",
    "sockets_per_chat": "open sockets for each of them: second tabs, agents who look on, chats left open",
    "messages_per_minute": "messages of a subscriber in such a chat",
    "bot_share": "share of these messages which the bot answers",
    "answers_per_message": "messages of the bot or an agent for one of a subscriber",
    "read_marks_per_message": "read marks for one message of a subscriber",
    "busy_hours_per_day": "the traffic of a day in busiest hours",
    "cpu_use": "how far a core is used in the busiest hour; the rest is head-room",
    "core_speed": "speed of a core there, measured in cores of here",
    "memory_margin": "memory for what was measured, as a multiple",
    "spare_processes": "processes more of each kind, so that one may die or be updated",
    "hint_us": "CPU microseconds in which a gateway reads a hint; each hears of every event",
    "gateway_base_mib": "memory of a gateway without sockets",
    "rasa_mib": "memory of a Rasa",
    "actions_mib": "memory of an action server",
    "business_kib_per_subscriber": "the business's data of a subscriber, with indexes",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What the benchmark found on one core; microseconds and milliseconds are CPU time."""

    postgres_hub_us: float
    postgres_db_us: float
    postgres_redis_us: float
    postgres_event_bytes: float
    idle_10000_kib: float
    idle_cpu_percent: float
    gateway_turn_cpu_ms: float
    rasa_turn_cpu_ms: float
    actions_turn_cpu_ms: float


SOCKETS_PER_GATEWAY = 10_000
"""The most that was measured."""

ROWS_PER_EVENT = 2
"""The event, and the row of its conversation."""

ROWS_PER_TURN = 3
"""The turn is put down, claimed and ended."""

HINTS_PER_TURN = 3
"""The bot types, stops typing, and the conversation's next turn may be due."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is needed in the busiest hour. Rates are of one second."""

    messages: float
    bot_turns: float
    events: float
    sockets: float
    gateways: int
    gateway_mib: float
    rasas: int
    rasa_gib: float
    action_servers: int
    actions_gib: float
    postgres_rows: float
    postgres_cores: float
    log_gib_per_month: float
    business_gib: float
    redis_publishes: float
    redis_deliveries: float
    redis_cores: float


def plan(a: Assumptions, m: Measured) -> Plan:
    """The arithmetic. Raises ValueError for assumptions out of bounds, and for more hints than a gateway can hear."""
    _check(a)
    messages = a.concurrent_chats * a.messages_per_minute / 60
    turns = messages * a.bot_share
    by_people = (messages - turns) * (1 + a.answers_per_message)
    events = messages * (1 + a.answers_per_message + a.read_marks_per_message)
    sockets = a.concurrent_chats * a.sockets_per_chat
    quiet = sockets / 1000 * m.idle_cpu_percent / 100
    gateway_cores = (
        turns * m.gateway_turn_cpu_ms / 1e3 + by_people * m.postgres_hub_us / 1e6 + quiet
    )
    hints = events + HINTS_PER_TURN * turns
    serving = max(
        _processes(gateway_cores, a, hearing=hints * a.hint_us / 1e6),
        ceil(sockets / SOCKETS_PER_GATEWAY),
    )
    gateways = serving + int(a.spare_processes)
    rasas = _processes(turns * m.rasa_turn_cpu_ms / 1e3, a) + int(a.spare_processes)
    actions = _processes(turns * m.actions_turn_cpu_ms / 1e3, a) + int(a.spare_processes)
    held = sockets / serving * m.idle_10000_kib / 1024
    return Plan(
        messages=messages,
        bot_turns=turns,
        events=events,
        sockets=sockets,
        gateways=gateways,
        gateway_mib=(a.gateway_base_mib + held) * a.memory_margin,
        rasas=rasas,
        rasa_gib=rasas * a.rasa_mib * a.memory_margin / 1024,
        action_servers=actions,
        actions_gib=actions * a.actions_mib * a.memory_margin / 1024,
        postgres_rows=events * ROWS_PER_EVENT + turns * ROWS_PER_TURN,
        postgres_cores=events * m.postgres_db_us / 1e6 / a.core_speed / a.cpu_use,
        log_gib_per_month=events
        * 3600
        * a.busy_hours_per_day
        * DAYS
        * m.postgres_event_bytes
        / GIB,
        business_gib=a.subscribers * a.business_kib_per_subscriber / 1024**2,
        redis_publishes=hints,
        redis_deliveries=hints * gateways,
        redis_cores=hints * m.postgres_redis_us * gateways / 1e6 / a.core_speed / a.cpu_use,
    )


def _processes(cores: float, a: Assumptions, *, hearing: float = 0.0) -> int:
    """Processes of one core each that do this much work; `hearing` is what each does besides."""
    left = a.cpu_use - hearing / a.core_speed
    if left <= 0:
        raise ValueError("a gateway cannot hear that many hints: split the installation")
    return max(1, ceil(cores / a.core_speed / left))


def _check(a: Assumptions) -> None:
    for one in fields(a):
        value = getattr(a, one.name)
        if value < 0 or (value == 0 and one.name != "spare_processes"):
            raise ValueError(f"{one.name} must be above zero")
    if a.cpu_use > 1 or a.bot_share > 1:
        raise ValueError("cpu_use and bot_share are shares: at most 1")


def read_measured(path: Path = MEASURED) -> Measured:
    """The benchmark's figures. Raises KeyError naming the first that is missing."""
    kept: Mapping[str, Mapping[str, float]] = json.loads(path.read_text())
    return Measured(**{one.name: float(kept[one.name]["value"]) for one in fields(Measured)})


def told(p: Plan) -> list[tuple[str, str]]:
    """The plan in words."""
    return [
        ("messages of subscribers", f"{p.messages:,.0f}/s"),
        ("turns of the bot", f"{p.bot_turns:,.0f}/s"),
        ("events in the log", f"{p.events:,.0f}/s"),
        ("open sockets", f"{p.sockets:,.0f}"),
        ("gateways, a core each", f"{p.gateways} with {p.gateway_mib:,.0f} MiB"),
        ("Rasa replicas, a core each", f"{p.rasas}, {p.rasa_gib:,.1f} GiB together"),
        ("action servers, a core each", f"{p.action_servers}, {p.actions_gib:,.1f} GiB together"),
        ("PostgreSQL, rows written", f"{p.postgres_rows:,.0f}/s"),
        ("PostgreSQL, cores for the log", f"{p.postgres_cores:,.1f}"),
        ("PostgreSQL, the log grows by", f"{p.log_gib_per_month:,.0f} GiB a month"),
        ("PostgreSQL, the business's data", f"{p.business_gib:,.0f} GiB"),
        ("Redis, hints published", f"{p.redis_publishes:,.0f}/s"),
        ("Redis, hints delivered", f"{p.redis_deliveries:,.0f}/s"),
        ("Redis, cores", f"{p.redis_cores:,.1f}"),
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m planning.capacity", description=__doc__)
    parser.add_argument("--figures", type=Path, default=MEASURED, help="figures of a benchmark")
    for one in fields(Assumptions):
        option = "--" + one.name.replace("_", "-")
        parser.add_argument(option, type=float, default=one.default, help=WORDS[one.name])
    return parser


def main() -> int:
    """Print figures, assumptions and the plan."""
    parser = _parser()
    given = vars(parser.parse_args())
    measured = read_measured(given.pop("figures"))
    assumed = Assumptions(**given)
    try:
        needed = plan(assumed, measured)
    except ValueError as error:
        parser.error(str(error))
    print("Measured on one core, by the benchmark:")
    for one in fields(measured):
        print(f"  {one.name:30} {getattr(measured, one.name):>12,.1f}")
    print("Assumed (options):")
    for name, words in WORDS.items():
        print(f"  --{name.replace('_', '-'):30} {getattr(assumed, name):>12,.10g}  {words}")
    print("Needed in the busiest hour:")
    for what, much in told(needed):
        print(f"  {what:34} {much}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
