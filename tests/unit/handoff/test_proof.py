"""Who speaks, by proof: only ever one subscriber, never weaker again, never by a proof that ran out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.contract import Identified, Say
from handoff.conversations import proof, steps
from handoff.conversations.model import Conversation
from handoff.conversations.proof import Proof, ProofRefused
from tests.unit.handoff.test_desk_rules import NOW, ROW

NOBODY = replace(ROW, subscriber_id=None, level=0, name=None)
SECOND = timedelta(seconds=1)


def code(who: str = "K-1001", level: int = 2, at: datetime = NOW) -> Identified:
    return Identified.model_validate(
        {"subscriber_id": who, "level": level, "proven_at": at.isoformat()}
    )


def who(c: Conversation) -> tuple[str | None, int, datetime | None]:
    return c.subscriber_id, c.level, c.proven_at


def test_an_anonymous_chat_becomes_the_subscribers() -> None:
    after = proof.taken(NOBODY, [Say(text="Danke", locale="de"), code()], NOW)
    assert who(after) == ("K-1001", 2, NOW)
    assert replace(after, subscriber_id=None, level=0, proven_at=None) == NOBODY


@pytest.mark.parametrize(
    ("held", "said", "counts"),
    [
        ((1, None), (2, NOW), (2, NOW)),
        ((1, None), (1, NOW), (1, NOW)),
        ((2, NOW - SECOND), (2, NOW), (2, NOW)),
        ((2, NOW - timedelta(hours=1)), (2, NOW), (2, NOW)),
        ((2, NOW), (2, NOW - SECOND), (2, NOW)),
        ((2, NOW - SECOND), (1, NOW), (2, NOW - SECOND)),
        ((2, NOW), (2, NOW), (2, NOW)),
    ],
)
def test_the_same_subscriber_becomes_surer_or_fresher_only(
    held: tuple[int, datetime | None], said: tuple[int, datetime], counts: tuple[int, datetime]
) -> None:
    row = replace(ROW, level=held[0], proven_at=held[1])
    after = proof.taken(row, [code("K-1001", *said)], NOW)
    assert who(after) == ("K-1001", *counts)
    assert (after is row) is (held == counts), "what says nothing new changes nothing"


@pytest.mark.parametrize(
    ("row", "said", "why"),
    [
        (ROW, code("K-1002"), "another_subscriber"),
        (replace(ROW, level=2, proven_at=NOW), code("K-1002", 1), "another_subscriber"),
        (ROW, code("k-1001"), "another_subscriber"),
        (NOBODY, code(at=NOW - timedelta(minutes=10) - SECOND), "too_old"),
        (NOBODY, code(at=NOW + proof.SKEW + SECOND), "in_future"),
        (NOBODY, code().model_copy(update={"proven_at": "yesterday"}), "unreadable"),
        (NOBODY, code().model_copy(update={"proven_at": "2026-11-23T10:00:00"}), "unreadable"),
        (NOBODY, code().model_copy(update={"proven_at": "0001-01-01T00:00+14:00"}), "unreadable"),
        (NOBODY, code(""), "unreadable"),
    ],
)
def test_what_proves_nothing(row: Conversation, said: Identified, why: str) -> None:
    with pytest.raises(ProofRefused) as refused:
        proof.taken(row, [said], NOW)
    assert (refused.value.why, refused.value.claimed) == (why, said.subscriber_id)
    assert said.subscriber_id not in str(refused.value) or not said.subscriber_id


@pytest.mark.parametrize("at", [NOW - timedelta(minutes=10), NOW + proof.SKEW])
def test_the_last_moment_still_counts(at: datetime) -> None:
    assert proof.taken(NOBODY, [code(at=at)], NOW).subscriber_id == "K-1001"


def test_the_zone_of_the_moment_does_not_matter() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=-5)))
    assert proof.taken(NOBODY, [code(at=there)], NOW).proven_at == NOW


def test_two_people_cannot_prove_themselves_in_one_answer() -> None:
    with pytest.raises(ProofRefused):
        proof.taken(NOBODY, [code("K-1001"), code("K-1002")], NOW)


PROOFS = st.lists(
    st.builds(
        Proof,
        subscriber_id=st.just("K-1001"),
        level=st.sampled_from([1, 2]),
        proven_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    ),
    max_size=8,
)


@given(PROOFS, st.randoms())
def test_proofs_in_any_order_and_again_come_to_the_same(proofs, random) -> None:  # type: ignore[no-untyped-def]
    def after(order: list[Proof]) -> Conversation:
        row = NOBODY
        for one in order:
            row = proof.strengthened(row, one)
        return row

    shuffled = [*proofs, *proofs[:3]]
    random.shuffle(shuffled)
    assert who(after(shuffled)) == who(after(proofs))


@pytest.mark.parametrize(
    ("level", "at", "counts"),
    [
        (2, NOW - timedelta(minutes=10), 2),
        (2, NOW - timedelta(minutes=10) - SECOND, 1),
        (2, None, 1),
        (1, NOW - timedelta(days=1), 1),
        (0, None, 0),
    ],
)
def test_the_higher_level_falls_back_by_time(level: int, at: datetime | None, counts: int) -> None:
    assert proof.level_at(replace(ROW, level=level, proven_at=at), NOW) == counts


def test_the_log_tells_the_level_and_never_who() -> None:
    before = replace(ROW, level=2, proven_at=NOW - timedelta(hours=1))
    told = steps.identified(before, proof.taken(before, [code()], NOW), "code", NOW)
    assert told.body["facts"] == {
        "before": "1",
        "level": "2",
        "by": "code",
        "proven_at": NOW.isoformat(),
    }
    assert not told.agents_only
    assert "K-1001" not in str(told)
