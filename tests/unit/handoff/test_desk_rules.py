"""The desk's pure decisions: the line, the hours, the notice, the packet."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from handoff.contract import HandoffRequest, Tried
from handoff.conversations.model import Author, Controller, Conversation, Event, Routed
from handoff.conversations.ports import Waiting
from handoff.desk.hours import Hours
from handoff.desk.queue import order
from handoff.desk.routing.model import Rules as RoutingRules
from handoff.desk.rules import Rules, case_number
from handoff.protocol import Packet, Summary

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ROW = Conversation(
    id="conv",
    subscriber_id="K-1001",
    level=1,
    proven_at=None,
    name="Anna",
    locale="de",
    controller=Controller.BOT,
    epoch=1,
    last_seq=3,
    agent=None,
    lease_token=None,
    lease_until=None,
    waiting_since=None,
    case_number=None,
    reason="",
    skill=None,
    created_at=NOW,
    updated_at=NOW,
)


def queued(name: str, waited: float, skill: str = "BIL") -> Conversation:
    return replace(ROW, id=name, waiting_since=NOW - timedelta(seconds=waited), skill=skill)


def message(author: Author, text: str) -> Event:
    body = {"text": text}
    return Event(
        "conv", 1, "message", author, 1, None, agents_only=False, body=body, private={}, at=NOW
    )


def waiting(*texts: str, available: int = 0, now: datetime = NOW) -> Waiting:
    transcript = [message(Author.SUBSCRIBER, text) for text in texts]
    return Waiting(ROW, transcript, available, now)


WAITS = st.lists(
    st.tuples(st.integers(0, 5000), st.sampled_from(["BIL", "SEC", "CMP", None])), max_size=12
)


@given(WAITS, st.randoms())
def test_the_line_is_the_same_whoever_computes_it(waits, random) -> None:  # type: ignore[no-untyped-def]
    line = [queued(f"c{n}", waited, skill or "") for n, (waited, skill) in enumerate(waits)]
    expected = order(line, {}, NOW)
    random.shuffle(line)
    assert order(line, {}, NOW) == expected
    targets = [(c.waiting_since or NOW) + RoutingRules().target_of(c.skill) for c in expected]
    assert targets == sorted(targets)


@given(WAITS, st.integers(1, 3000))
def test_waiting_longer_costs_nobody_a_place(waits: list[tuple[int, str]], later: int) -> None:
    line = [queued(f"c{n}", waited, skill or "") for n, (waited, skill) in enumerate(waits)]
    now_ids = [c.id for c in order(line, {}, NOW)]
    assert [c.id for c in order(line, {}, NOW + timedelta(seconds=later))] == now_ids


def test_somebody_in_distress_comes_first() -> None:
    distress = replace(queued("distress", 0, "CMP"), reason="crisis")
    line = order([queued("long", 5000), queued("secure", 900, "SEC"), distress], {}, NOW)
    assert line[0] is distress


def test_the_earliest_deadline_comes_first_not_the_longest_wait() -> None:
    line = [queued("bil", 50), queued("sec", 0, "SEC")]
    assert [c.id for c in order(line, {}, NOW)] == ["sec", "bil"]
    promised = {"bil": Routed(deadline=NOW + timedelta(seconds=59))}
    assert [c.id for c in order(line, promised, NOW)] == ["bil", "sec"]


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (datetime(2026, 11, 23, 6, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 7, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 18, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 19, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 21, 10, 0, tzinfo=UTC), False),
        (datetime(2026, 7, 6, 6, 0, tzinfo=UTC), True),
        (datetime(2026, 7, 6, 5, 59, tzinfo=UTC), False),
    ],
)
def test_hours_are_local_in_winter_and_summer(moment: datetime, is_open: bool) -> None:
    assert Hours().open_at(moment) is is_open


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))
def test_the_next_opening_is_open_and_the_soonest(moment: datetime) -> None:
    hours = Hours()
    opening = hours.next_opening(moment)
    assert opening > moment
    assert hours.open_at(opening)
    assert not hours.open_at(opening - timedelta(seconds=1))
    assert opening - moment <= timedelta(days=3)


def test_hours_in_both_languages() -> None:
    assert Hours().words("de") == "Mo–Fr 08:00–20:00"
    assert Hours(first=0, last=6).words("en") == "Mon–Sun 08:00–20:00"
    assert Hours(first=5, last=5).words("en") == "Sat 08:00–20:00"


def test_a_person_is_promised_only_while_one_is_there() -> None:
    rules = Rules(new_case=lambda: "C-TEST-CASE")
    request = HandoffRequest(reason="asked", skill="BIL")
    there = rules.arrival(waiting("hallo", available=1), request)
    assert (there.notice, there.facts) == ("queued", {"case_number": "C-TEST-CASE"})
    nobody = rules.arrival(waiting("hallo"), request)
    assert nobody.notice == "nobody_available"
    assert nobody.facts == {
        "case_number": "C-TEST-CASE",
        "hours": "Mo–Fr 08:00–20:00",
        "opens_at": "2026-11-24T08:00:00+01:00",
        "open_now": "yes",
    }


STEP = Tried(what_de="Neuer Versuch", what_en="Retry", result_de="Nein", result_en="No")


def test_the_packet_holds_what_is_known() -> None:
    request = HandoffRequest(
        reason="misunderstood",
        skill="COL",
        intent="retry_payment",
        confidence=0.4,
        slots={"plan": "stream-basic"},
        tried=[STEP],
        summary_de="eins\nzwei\ndrei\nvier",
    )
    arrival = Rules(new_case=lambda: "C-1").arrival(waiting(*"abcdefghijkl"), request)
    packet = arrival.packet
    assert (packet.level, packet.subscriber_id, packet.locale) == (1, "K-1001", "de")
    assert packet.tried == [STEP]
    assert packet.summary_de == "eins\nzwei\ndrei"
    assert packet.summary_en == "Last wrote: “l”"
    assert [turn["text"] for turn in packet.last_turns] == list("cdefghijkl")
    assert packet.version == 2
    assert packet.summary == Summary(
        wants_de="eins zwei drei",
        wants_en="Last wrote: “l”",
        tried_de="Neuer Versuch → Nein",
        tried_en="Retry → No",
        why_de="Die Person wurde zweimal nicht verstanden.",
        why_en="The person was not understood twice.",
    )


def test_each_line_of_the_summary_is_one_line_however_much_was_tried() -> None:
    step = Tried(what_de="a" * 90, what_en="b" * 90, result_de="x\ny", result_en="x\ny")
    request = HandoffRequest(reason="asked", skill="BIL", tried=[step] * 9)
    summary = Rules().arrival(waiting("hallo"), request).packet.summary
    assert summary is not None
    for line in summary.model_dump().values():
        assert line
        assert "\n" not in line
        assert len(line) <= 280


def test_a_stored_packet_without_a_version_is_of_the_first_and_still_read() -> None:
    packet = Rules().arrival(waiting("hallo"), HandoffRequest(reason="asked", skill="BIL")).packet
    stored = packet.model_dump(mode="json", exclude={"version", "summary"})
    assert Packet.model_validate(stored).version == 1
    with pytest.raises(ValidationError):
        Packet.model_validate({**stored, "version": 3})


def test_without_the_bots_help_the_packet_quotes_the_log() -> None:
    request = HandoffRequest(reason="taken_over", skill="BIL")
    rules = Rules(new_case=lambda: "C-1")
    line = waiting("hallo", "Warum schlug das fehl?")
    said = replace(line.transcript[-1], author=Author.BOT, body={"text": "Die Bank sagt:\nnein"})
    line = replace(line, transcript=(*line.transcript, said))
    packet = rules.arrival(line, request).packet
    assert packet.summary_de == "Zuletzt geschrieben: „Warum schlug das fehl?“"
    assert [(step.what_en, step.result_en) for step in packet.tried] == [
        ("“Warum schlug das fehl?”", "“Die Bank sagt”")
    ]
    silent = rules.arrival(waiting(), request).packet
    assert (silent.summary_en, silent.tried) == (
        "The person is here because a colleague took the chat from the assistant.",
        [],
    )


def test_case_numbers_are_easy_to_say_and_differ() -> None:
    numbers = {case_number() for _ in range(500)}
    assert len(numbers) == 500
    for number in numbers:
        letters = number.removeprefix("C-").replace("-", "")
        assert len(letters) == 8
        assert not set(letters) & set("01OIL")
