"""Random histories of codes, logins, printed labels, contact changes and consents take only the steps that are drawn."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from subscriptions.entities.identity import (
    CODE_STEPS,
    LOGIN_STEPS,
    AccessNumber,
    CodeState,
    Login,
    LoginState,
    OneTimeCode,
    access_linked,
    code_missed,
    code_to,
    login_to,
)
from subscriptions.entities.parties import Customer
from subscriptions.entities.profile import (
    CHANGE_STEPS,
    ChangeState,
    Consent,
    ConsentState,
    ContactChange,
    ContactField,
    change_to,
)
from subscriptions.errors import Code, SubscriptionError
from subscriptions.policy.consents import in_force
from subscriptions.policy.contact import trusted_email

START = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
MOST = 3
CODE = OneTimeCode("id", "K-1", "h", "identify", "mac", START, START + timedelta(minutes=10))
ASKED = ContactChange(
    "C-1",
    "K-1",
    ContactField.EMAIL,
    "old@e.org",
    "new@e.org",
    START,
    "u",
    START + timedelta(days=14),
)
# Drawn a second time on purpose.
C, L, H = CodeState, LoginState, ChangeState
DRAWN_CODE = {C.OPEN: {C.USED, C.SPENT, C.REPLACED}}
DRAWN_LOGIN = {
    L.FREE: {L.TRIES, L.COMPROMISED},
    L.TRIES: {L.FREE, L.COMPROMISED},
    L.COMPROMISED: {L.COMPROMISED},
}
DRAWN_CHANGE = {H.ASKED: {H.DONE, H.UNDONE}, H.DONE: {H.UNDONE}}


def drawn(steps: Mapping[StrEnum, frozenset[StrEnum]]) -> dict[StrEnum, set[StrEnum]]:
    return {old: set(new) for old, new in steps.items() if new}


def test_the_tables_are_the_drawings() -> None:
    assert drawn(CODE_STEPS) == DRAWN_CODE
    assert drawn(LOGIN_STEPS) == DRAWN_LOGIN
    assert drawn(CHANGE_STEPS) == DRAWN_CHANGE
    assert set(CODE_STEPS) == set(C)
    assert set(LOGIN_STEPS) == set(L)
    assert set(CHANGE_STEPS) == set(H)


def refused(step: Callable[[], object]) -> bool:
    """Whether a step is refused as illegal."""
    try:
        step()
    except SubscriptionError as error:
        return error.code is Code.ILLEGAL_STEP
    return False


class CodeHistory(RuleBasedStateMachine):
    """A code on which anybody tries anything."""

    def __init__(self) -> None:
        super().__init__()
        self.code = CODE
        self.now = START
        self.misses = 0

    @rule(seconds=st.integers(1, 300))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(goal=st.sampled_from([C.USED, C.REPLACED]))
    def end(self, goal: CodeState) -> None:
        if self.code.state is C.OPEN:
            self.code = code_to(self.code, goal, self.now)
        else:
            assert refused(lambda: code_to(self.code, goal, self.now))

    @rule()
    def miss(self) -> None:
        if self.code.state is C.OPEN:
            self.code = code_missed(self.code, MOST, self.now)
            self.misses += 1
        else:
            assert refused(lambda: code_missed(self.code, MOST, self.now))

    @invariant()
    def tries_are_counted_and_bounded(self) -> None:
        assert self.code.tries == self.misses <= MOST
        assert (self.code.state is C.SPENT) is (self.misses == MOST)

    @invariant()
    def an_end_has_its_moment(self) -> None:
        assert (self.code.ended_at is None) is (self.code.state is C.OPEN)
        assert replace(self.code, tries=0, state=C.OPEN, ended_at=None) == CODE


TestCodeHistory = CodeHistory.TestCase


@given(st.lists(st.sampled_from(L), max_size=12))
def test_random_logins(steps: list[LoginState]) -> None:
    login, now = Login("K-1", failed_tries=5), START
    ever_broken = False
    for new in steps:
        now += timedelta(minutes=1)
        if new in DRAWN_LOGIN[login.state]:
            login = login_to(login, new, now)
            ever_broken |= new is L.COMPROMISED
        else:
            assert refused(lambda new=new, login=login, now=now: login_to(login, new, now))
        assert (login.locked_at is None) is (login.state is L.FREE)
        assert not ever_broken or login.state is L.COMPROMISED, "only a person ends a break-in"


@given(st.lists(st.sampled_from(["K-1", "K-2", "K-3"]), min_size=1, max_size=8))
def test_a_label_belongs_to_the_first_who_linked_it(callers: list[str]) -> None:
    access = AccessNumber("AB-1", "S-1", "25813")
    for n, caller in enumerate(callers):
        at = START + timedelta(days=n)
        if caller == callers[0]:
            access = access_linked(access, caller, at)
        else:
            with pytest.raises(SubscriptionError) as error:
                access_linked(access, caller, at)
            assert error.value.code is Code.ACCESS_TAKEN
        assert (access.linked_to, access.linked_at) == (callers[0], START)


@given(st.lists(st.sampled_from(H), max_size=8))
def test_random_contact_changes(steps: list[ChangeState]) -> None:
    change = ASKED
    for new in steps:
        before = change
        if new in DRAWN_CHANGE.get(change.state, set()):
            change = change_to(change, new, START)
            assert change.state is new
        else:
            assert refused(lambda new=new, change=change: change_to(change, new, START))
        assert (change.undone_at is None) is (change.state is not H.UNDONE)
        assert (change.old, change.new, change.undo_hash) == (
            before.old,
            before.new,
            before.undo_hash,
        )


class EmailHistory(RuleBasedStateMachine):
    """E-mail addresses that change and are taken back; after a break-in the trusted one is from before."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.changes: list[ContactChange] = []
        self.held: list[tuple[datetime, str]] = []

    @initialize()
    def begin(self) -> None:
        self.held = [(START, "first@e.org")]

    @rule(hours=st.integers(1, 24 * 10))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def change(self) -> None:
        new = f"mail{len(self.changes)}@e.org"
        asked = replace(
            ASKED, id=str(len(self.changes)), old=self.held[-1][1], new=new, at=self.now
        )
        self.changes.append(change_to(asked, H.DONE, self.now))
        self.held.append((self.now, new))

    @rule()
    def ask_only(self) -> None:
        self.changes.append(replace(ASKED, id=str(len(self.changes)), at=self.now))

    @invariant()
    def the_trusted_address_is_the_one_that_held_before_the_window(self) -> None:
        if not self.held:
            return
        person = Customer("K-1", "A", self.held[-1][1], "de", "formal", START.date())
        free = Login("K-1")
        broken = login_to(free, L.COMPROMISED, self.now)
        since = self.now - timedelta(days=14)
        before = [mail for at, mail in self.held if at < since] or [self.held[0][1]]
        assert trusted_email(person, free, self.changes, now=self.now, days=14) == person.email
        assert trusted_email(person, broken, self.changes, now=self.now, days=14) == before[-1]


TestEmailHistory = EmailHistory.TestCase


def entry(state: ConsentState, minute: int) -> Consent:
    return Consent(
        "K-1",
        "newsletter",
        "email",
        state is ConsentState.GIVEN,
        "chat",
        "v1",
        START + timedelta(minutes=minute),
        token_hash="t" if state is ConsentState.ASKED else None,
    )


@given(st.lists(st.sampled_from(ConsentState), max_size=10))
def test_what_holds_follows_from_the_log(steps: list[ConsentState]) -> None:
    """Withdrawn always holds at once; asking takes nothing away; given needs a given entry."""
    log = [entry(state, minute) for minute, state in enumerate(steps)]
    expected: ConsentState | None = None
    for one, state in zip(log, steps, strict=True):
        assert one.state is state
        if not (expected is ConsentState.GIVEN and state is ConsentState.ASKED):
            expected = state
    found = in_force(log).get(("newsletter", "email"))
    assert (found.state if found else None) is expected
