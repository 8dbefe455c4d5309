"""The simulated desk against lines that can be calculated, and against common sense."""

from dataclasses import replace
from statistics import mean

import pytest

from planning import staffing
from planning.desk import Demand, Staff, simulate
from planning.erlang import Line, answered_within, gives_up_share, mean_wait, waiting_share

EVEN = tuple([1.0] * 24)
HANDLING = 300.0
# One skill, one language, one chat at a time, open all day: what Erlang calculated.
PLAIN_STAFF = Staff(agents=5, at_once=1, slower=0, english=1, special=1, opens=0, closes=24)


def plain_demand(load: float, patience: float | None) -> Demand:
    """Arrivals which would keep `load` agents busy."""
    return Demand(86_400 * load / HANDLING, EVEN, 0, 0, handling=HANDLING, patience=patience)


def line(load: float, agents: int, patience: float | None = None) -> Line:
    """The same for the formulas."""
    giving_up = 1 / patience if patience else 0.0
    return Line(load / HANDLING, 1 / HANDLING, agents, giving_up)


def test_erlang_c_is_the_one_of_the_books() -> None:
    # M/M/1: everybody who finds it busy waits. M/M/2 at 1 Erlang: 1/3. 10 agents at 8 Erlang: 0.409 (tables).
    assert waiting_share(line(0.7, 1)) == pytest.approx(0.7)
    assert waiting_share(line(1, 2)) == pytest.approx(1 / 3)
    assert waiting_share(line(8, 10)) == pytest.approx(0.409, abs=0.001)
    with pytest.raises(ValueError, match="more chats"):
        waiting_share(line(5, 5))


def test_erlang_a_gives_up_what_cannot_be_served() -> None:
    # Patience as long as handling makes the line an M/M/oo: the number there is Poisson with the load as its mean.
    assert gives_up_share(line(1, 1, HANDLING)) == pytest.approx(0.3679, abs=0.0005)
    assert gives_up_share(line(20, 2, 60)) == pytest.approx(0.9, abs=0.01)
    assert gives_up_share(line(1, 50, 60)) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("load", [3.5, 4.2])
def test_a_simulated_line_is_erlangs(load: float) -> None:
    out = simulate(plain_demand(load, None), PLAIN_STAFF, days=120, seed=7)
    known = line(load, PLAIN_STAFF.agents)
    assert out.offered == pytest.approx(load / HANDLING * 86_400 * 120, rel=0.02)
    assert 1 - out.within(0) == pytest.approx(waiting_share(known), abs=0.03)
    assert out.within(120) == pytest.approx(answered_within(known, 120), abs=0.03)
    assert mean(out.waits) == pytest.approx(mean_wait(known), rel=0.12)
    assert out.occupancy == pytest.approx(load / PLAIN_STAFF.agents, abs=0.03)


@pytest.mark.parametrize("load", [4.0, 7.0])
def test_a_simulated_line_of_the_impatient_is_erlangs(load: float) -> None:
    out = simulate(plain_demand(load, 200), PLAIN_STAFF, days=60, seed=3)
    assert out.abandoned == pytest.approx(gives_up_share(line(load, 5, 200)), abs=0.02)


def test_too_few_agents_and_the_line_explodes() -> None:
    few = simulate(plain_demand(6, None), PLAIN_STAFF, days=3, seed=1)
    enough = simulate(plain_demand(6, None), replace(PLAIN_STAFF, agents=9), days=3, seed=1)
    assert few.wait(90) > 3600
    assert few.within(120) < 0.2
    assert mean(few.waits[-200:]) > 5 * mean(few.waits[:200])
    assert enough.wait(90) < 120


def test_the_same_seed_gives_the_same_days() -> None:
    demand, staff = Demand(chats_per_day=300), Staff(agents=4)
    first, again, other = (simulate(demand, staff, days=3, seed=seed) for seed in (5, 5, 6))
    assert first.waits == again.waits
    assert first.waits != other.waits


def test_more_agents_answer_more_in_time_and_are_less_busy() -> None:
    demand = Demand(chats_per_day=700)
    outs = [simulate(demand, Staff(agents=agents), days=10, seed=2) for agents in (3, 5, 8)]
    levels = [out.within(120) for out in outs]
    assert levels == sorted(levels)
    assert levels[0] < levels[-1]
    busy = [out.occupancy for out in outs]
    assert busy == sorted(busy, reverse=True)


def test_who_speaks_no_english_helps_nobody_in_english() -> None:
    demand = Demand(chats_per_day=300, english=1, special=0, patience=60)
    nobody = simulate(demand, Staff(agents=6, english=0), days=2, seed=1)
    assert (nobody.waits, nobody.abandoned) == ([], 1)
    patient = simulate(replace(demand, patience=None), Staff(agents=6, english=0), days=2, seed=1)
    assert patient.left == patient.offered > 0
    assert simulate(demand, Staff(agents=6, english=1), days=2, seed=1).abandoned < 0.2


def test_outside_the_hours_nobody_comes_in() -> None:
    out = simulate(Demand(2_400, EVEN), Staff(agents=40, opens=9, closes=15), days=5, seed=1)
    assert out.outside / (out.outside + out.offered) == pytest.approx(18 / 24, abs=0.02)


def test_the_command_says_which_number_is_enough(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [
        "staffing",
        "--chats-per-day",
        "600",
        "--agents",
        "2-9",
        "--days",
        "5",
        "--handling",
        "500",
    ]
    monkeypatch.setattr("sys.argv", command)
    assert staffing.main() == 0
    said = capsys.readouterr().out.splitlines()
    assert "seed 1" in said[0]
    assert [row.split()[0] for row in said[2:-1]] == [str(agents) for agents in range(2, 10)]
    first = next(row.split()[0] for row in said[2:-1] if float(row.split()[1].rstrip("%")) >= 80)
    assert said[-1].startswith(f"{first} agents")
