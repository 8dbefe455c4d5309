"""The arithmetic of capacity: by hand for one plan, and what must hold for all."""

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.capacity import (
    MEASURED,
    WORDS,
    Assumptions,
    Measured,
    Plan,
    plan,
    read_measured,
    told,
)

ROUND = Measured(
    postgres_hub_us=400,
    postgres_db_us=100,
    postgres_redis_us=5,
    postgres_event_bytes=1024,
    idle_10000_kib=40,
    idle_cpu_percent=1,
    gateway_turn_cpu_ms=4,
    rasa_turn_cpu_ms=30,
    actions_turn_cpu_ms=6,
)
SIMPLE = Assumptions(
    concurrent_chats=6_000,
    sockets_per_chat=2,
    messages_per_minute=1,
    bot_share=0.5,
    answers_per_message=1,
    read_marks_per_message=1,
    busy_hours_per_day=1,
    cpu_use=0.5,
    memory_margin=1,
    gateway_base_mib=100,
    rasa_mib=512,
    actions_mib=256,
    hint_us=0.001,
)


def test_a_plan_by_hand() -> None:
    needed = plan(SIMPLE, ROUND)
    assert (needed.messages, needed.bot_turns, needed.events) == (100, 50, 300)
    # 50 turns x 4 ms + 50 messages x 2 x 400 us + 12 thousand sockets x 1 % = 0.36 cores, used to a half: 1; 12,000
    # sockets want 2; and a spare one.
    assert needed.gateways == 3
    assert needed.gateway_mib == pytest.approx(100 + 6_000 * 40 / 1024)
    # 50 x 30 ms = 1.5 cores, used to a half: 3, and a spare one.
    assert (needed.rasas, needed.rasa_gib) == (4, 2)
    assert (needed.action_servers, needed.actions_gib) == (2, 0.5)
    assert needed.postgres_rows == 300 * 2 + 50 * 3
    assert needed.postgres_cores == pytest.approx(300 * 100e-6 / 0.5)
    assert needed.log_gib_per_month == pytest.approx(300 * 3600 * 30 * 1024 / 1024**3)
    assert (needed.redis_publishes, needed.redis_deliveries) == (450, 1350)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("concurrent_chats", "gateways"),
        ("messages_per_minute", "postgres_rows"),
        ("bot_share", "rasas"),
        ("busy_hours_per_day", "log_gib_per_month"),
        ("subscribers", "business_gib"),
        ("spare_processes", "rasas"),
        ("memory_margin", "gateway_mib"),
        ("read_marks_per_message", "redis_publishes"),
    ],
)
@given(times=st.floats(1, 3))
def test_more_to_do_never_needs_less(name: str, what: str, times: float) -> None:
    more = min(1.0, 0.5 * times) if name == "bot_share" else getattr(SIMPLE, name) * times
    before, after = plan(SIMPLE, ROUND), plan(replace(SIMPLE, **{name: more}), ROUND)
    assert getattr(after, what) >= getattr(before, what)


def test_head_room_and_slow_cores_cost_processes() -> None:
    base = plan(SIMPLE, ROUND)
    assert plan(replace(SIMPLE, cpu_use=0.25), ROUND).rasas > base.rasas
    assert plan(replace(SIMPLE, core_speed=0.5), ROUND).rasas > base.rasas


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cpu_use", 0),
        ("cpu_use", 1.1),
        ("bot_share", 2),
        ("core_speed", -1),
        ("spare_processes", -1),
    ],
)
def test_what_makes_no_sense_is_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=name):
        plan(replace(SIMPLE, **{name: value}), ROUND)


def test_more_hints_than_a_gateway_can_hear_are_refused() -> None:
    with pytest.raises(ValueError, match="split"):
        plan(replace(SIMPLE, hint_us=2000), ROUND)


def test_every_assumption_is_explained_and_every_result_told() -> None:
    assert WORDS.keys() == {one.name for one in fields(Assumptions)}
    assert len(told(plan(SIMPLE, ROUND))) >= len(fields(Plan)) - 3  # some share a line


def test_the_figures_of_the_benchmark_are_there() -> None:
    assert all(getattr(read_measured(), one.name) > 0 for one in fields(Measured))
    assert plan(Assumptions(), read_measured()).gateways >= 3


def test_a_missing_figure_is_named(tmp_path: Path) -> None:
    kept = json.loads(MEASURED.read_text())
    del kept["rasa_turn_cpu_ms"]
    (tmp_path / "m.json").write_text(json.dumps(kept))
    with pytest.raises(KeyError, match="rasa_turn_cpu_ms"):
        read_measured(tmp_path / "m.json")
