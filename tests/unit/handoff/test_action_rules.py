"""Who may give how much, and the life of an action: for every order of steps that anybody can think of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.desk.approvals import wishes
from handoff.desk.approvals.action import (
    STEPS,
    WAITING,
    Action,
    ActionRefused,
    Foreseen,
    Line,
    Refusal,
    State,
    entry_of,
    step_to,
)
from handoff.desk.approvals.kinds import KINDS
from handoff.desk.approvals.limits import Limits, Power, may_decide, within
from handoff.desk.approvals.refused import BUSINESS, DESK, words_of
from handoff.desk.words import Words
from handoff.protocol.agent import Role

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TITLE = Words(de="Erstattung von 5,00 €", en="Refund of €5.00")
ACTION = Action(
    id="a1",
    conversation="c1",
    subscriber="K-1001",
    locale="de",
    agent="maya",
    agent_name="Maya",
    key="cid-00000001",
    wish={"kind": "refund", "invoice": "RE-1", "minor": 500, "currency": "EUR"},
    foreseen=Foreseen(title=TITLE, minor=500),
    state=State.PROPOSED,
    asked_at=NOW,
    expires_at=NOW + timedelta(hours=24),
    prepared={},
)
ROLES: tuple[Role, ...] = get_args(Role)
MINOR = st.integers(0, 100_000)
POWERS = st.builds(Power, MINOR, MINOR)
LIMITS = st.builds(lambda a, s: Limits({"agent": a, "supervisor": s}), POWERS, POWERS)


@given(LIMITS, st.sampled_from(ROLES), st.lists(st.integers(1, 5000), max_size=30))
def test_parts_never_reach_further_than_the_whole(
    limits: Limits, role: Role, parts: list[int]
) -> None:
    """However an amount is cut into pieces within a day, what goes out without a colleague stays within the limit."""
    given_away = 0
    for part in parts:
        if within(limits, role, ("refund", part), given_away):
            given_away += part
    assert given_away <= limits.powers[role].refund


@given(LIMITS, st.sampled_from(ROLES), st.integers(1, 5000), MINOR)
def test_a_higher_limit_never_allows_less(
    limits: Limits, role: Role, minor: int, more: int
) -> None:
    power = limits.powers[role]
    wider = Limits({**limits.powers, role: Power(power.credit + more, power.refund + more)})
    for kind in ("credit", "refund"):
        narrow_says = within(limits, role, (kind, minor), 0)
        assert not narrow_says or within(wider, role, (kind, minor), 0)


@given(LIMITS, st.sampled_from(ROLES), MINOR)
def test_what_is_no_gift_needs_nobody(limits: Limits, role: Role, given_before: int) -> None:
    assert all(
        within(limits, role, (kind, 0), given_before)
        for kind in KINDS.keys() - {"credit", "refund"}
    )


def test_the_limits_as_they_come() -> None:
    limits = Limits()
    assert within(limits, "agent", ("credit", 2000), 0)
    assert not within(limits, "agent", ("credit", 2001), 0)
    assert not within(limits, "agent", ("credit", 1), 2000)
    assert within(limits, "agent", ("refund", 5000), 0)
    assert not within(limits, "agent", ("refund", 5001), 0)
    assert within(limits, "supervisor", ("refund", 20_000), 0)
    with pytest.raises(ValueError, match="zero or more"):
        Power(-1, 0)


@given(st.sampled_from(ROLES), st.sampled_from(["supervisor", "anyone"]))
def test_nobody_decides_about_their_own(role: Role, approvers: str) -> None:
    limits = Limits(approvers=approvers)  # type: ignore[arg-type]
    assert not may_decide(limits, "maya", who="maya", role=role)


@pytest.mark.parametrize(
    ("approvers", "role", "may"),
    [
        ("supervisor", "agent", False),
        ("supervisor", "supervisor", True),
        ("anyone", "agent", True),
        ("anyone", "supervisor", True),
    ],
)
def test_the_second_person(approvers: str, role: Role, may: bool) -> None:
    limits = Limits(approvers=approvers)  # type: ignore[arg-type]
    assert may_decide(limits, "maya", who="ines", role=role) is may


@given(st.sampled_from(sorted(WAITING)), st.lists(st.sampled_from(list(State)), max_size=12))
def test_it_begins_once_and_ends_once(start: State, wanted: list[State]) -> None:
    action, seen = replace(ACTION, state=start), [start]
    for state in wanted:
        if state in STEPS[action.state]:
            action = step_to(action, state)
            seen.append(state)
        else:
            with pytest.raises(ActionRefused, match="not_open"):
                step_to(action, state)
    assert len(seen) == len(set(seen))
    assert seen.count(State.BEGUN) <= 1
    ends = [state for state in seen if not STEPS[state]]
    assert len(ends) <= 1
    assert not ends or seen[-1] is ends[0]
    done = {State.DONE, State.FAILED} & set(seen)
    assert not done or State.BEGUN in seen


def test_every_state_has_its_steps_and_every_wish_its_use_cases() -> None:
    assert set(STEPS) == set(State)
    kinds = {model.model_fields["kind"].default for model in get_args(get_args(wishes.Wish)[0])}
    assert kinds == set(KINDS)


@given(
    st.dictionaries(st.sampled_from(["de", "en"]), st.text(max_size=5), min_size=2, max_size=2),
    st.integers(0, 9),
)
def test_another_consequence_has_another_digest(words: dict[str, str], minor: int) -> None:
    first = Foreseen(title=TITLE, lines=(Line(label=TITLE, value=Words(**words)),), minor=minor)
    assert first.digest == Foreseen.model_validate(first.model_dump()).digest
    other = Foreseen(title=TITLE, lines=first.lines, minor=minor + 1)
    assert other.digest != first.digest
    longer = Words(de=words["de"] + "!", en=words["en"])
    assert Foreseen(title=TITLE, lines=(Line(label=TITLE, value=longer),)).digest != first.digest


def test_the_audit_holds_ids_and_amounts_and_no_words() -> None:
    facts = entry_of(ACTION).facts
    assert facts == {
        "action": "a1",
        "kind": "refund",
        "subscriber": "K-1001",
        "minor": 500,
        "currency": "EUR",
    }


def test_every_refusal_of_the_desk_has_words_and_an_unknown_one_too() -> None:
    assert set(DESK) == set(Refusal)
    for words in (*DESK.values(), *BUSINESS.values(), words_of("something new")):
        assert words.de
        assert words.en
        assert words.de != words.en
