"""The benchmark's parts work and print what they promise; the numbers of these tiny runs mean nothing."""

import json
from pathlib import Path

import pytest

from tests.bench import __main__ as bench
from tests.bench.figures import Figure, keep, of_repeats, table
from tests.bench.plan import TINY

SIDES = ("sqlite", "postgres")
ROWS = {
    "echo": {
        *("raw_echo_us", "stack_echo_us", "stack_echo_ratio", "outbox_echo_us", "outbox_echo_ratio")
    },
    "handshakes": {"handshakes_raw", "handshakes", "handshakes_ratio"},
    "messages": {
        "messages_raw_us",
        *(f"{side}_{what}" for side in SIDES for what in ("hub_us", "ratio", "per_core", "rate")),
        *(f"{side}_{what}_ms" for side in SIDES for what in ("acked", "seen")),
        *(f"{side}_{what}_p95_ms" for side in SIDES for what in ("acked", "seen")),
        *("postgres_db_us", "postgres_redis_us", "postgres_event_bytes"),
    },
    "idle": {"idle_20_kib", "idle_cpu_percent", "enters_per_core"},
    "reconnect": {
        *("return_p50_s", "return_s", "return_cpu_ms"),
        *("beside_calm_ms", "beside_p95_ms", "beside_most_ms"),
    },
    "recovery": {"recovery_p50_s", "recovery_s"},
}


@pytest.mark.postgres
@pytest.mark.parametrize("part", ROWS)
def test_a_part_works(part: str, capsys: pytest.CaptureFixture[str]) -> None:
    figures = bench.run([part], TINY)
    assert {figure.name for figure in figures} == ROWS[part]
    assert all(figure.value > 0 for figure in figures)
    said = capsys.readouterr().out
    assert "load average" in said
    assert bench.PARTS[part][0] in said
    assert all(figure.what in said for figure in figures)


def test_every_part_has_a_test() -> None:
    assert bench.PARTS.keys() - ROWS.keys() == {
        "turn",
        "long",
    }  # need the trained assistant: in tests/e2e


def test_a_missed_target_is_called_missed() -> None:
    figures = [
        of_repeats("a", "slow", [3, 1, 2], "ms", at_most=1.5),
        of_repeats("b", "quick", [3, 1, 2], "ms", at_most=2),
        Figure("c", "few", 5, "/s", at_least=6),
        Figure("d", "whatever", 5, "/s"),
    ]
    assert [figure.verdict() for figure in figures] == ["missed", "met", "missed", "-"]
    lines = table("Title", figures).splitlines()
    assert "1.00 to 3.00" in lines[3]
    assert lines[3].endswith("missed")
    assert lines[4].endswith("met")


def test_kept_figures_stay_when_another_part_is_measured(tmp_path: Path) -> None:
    path = tmp_path / "new" / "measured.json"
    keep(path, [Figure("a", "one", 1.23456, "ms")], {"machine": "this one"})
    keep(path, [Figure("b", "two", 2, "ms")], {"machine": "that one"})
    kept = json.loads(path.read_text())
    assert (kept["a"]["value"], kept["a"]["measured"]) == (1.235, "machine: this one")
    assert kept["b"]["measured"] == "machine: that one"


def test_an_unknown_part_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["bench", "echo,nonsense"])
    with pytest.raises(SystemExit):
        bench.main()
    assert "no part nonsense" in capsys.readouterr().err
