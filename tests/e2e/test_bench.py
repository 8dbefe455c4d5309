"""The benchmark's part that needs the trained assistant works; its numbers mean nothing here."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.bench import __main__ as bench
from tests.bench.plan import TINY, Plan


def measured(part: str, plan: Plan) -> "dict[str, float]":
    """The figures of a part by name; in a thread, because the browser's event loop runs in this one."""
    with ThreadPoolExecutor(1) as alone:
        return {
            figure.name: figure.value for figure in alone.submit(bench.run, [part], plan).result()
        }


@pytest.mark.stack
def test_turns_of_the_bot_are_measured() -> None:
    figures = measured("turn", TINY)
    processes = ("actions", "rasa", "gateway")
    assert figures.keys() == {
        *("turn_p50_ms", "turn_p95_ms", "rasa_p50_ms", "rasa_p95_ms", "gateway_adds_ms"),
        *(f"{name}_turn_cpu_ms" for name in processes),
    }
    assert figures["turn_p95_ms"] >= figures["turn_p50_ms"] > 0
    assert all(figures[f"{name}_turn_cpu_ms"] > 0 for name in processes)


@pytest.mark.stack
@pytest.mark.postgres
def test_a_long_chat_does_not_slow_the_bot_down() -> None:
    """A bound that noise does not reach; without the window a turn reads ten times as much here."""
    plan = replace(TINY, long_chats=3, long_turns=300)
    figures = measured("long", plan)
    assert figures.keys() == {"long_early_ms", "long_late_ms", "long_ratio"}
    assert figures["long_ratio"] < 3
