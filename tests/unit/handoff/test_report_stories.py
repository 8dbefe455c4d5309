"""A log is told as talks and cases: whose time it was, who answered, and how it ended."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.conversations.model import Author, Event
from handoff.desk.reports.stories import Told, told

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Log:
    """Writes a log; `minutes` are since the beginning."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.epoch = 0

    def _add(self, minutes: float, kind: str, author: Author, body: dict[str, Any]) -> None:
        at = START + timedelta(minutes=minutes)
        seq = len(self.events) + 1
        self.events.append(
            Event("c", seq, kind, author, self.epoch, None, kind == "packet", body, {}, at)
        )

    def says(self, minutes: float, author: Author, text: str = "x") -> "Log":
        """Somebody says something."""
        self._add(minutes, "message", author, {"text": text})
        return self

    def control(
        self, minutes: float, to: str, author: Author = Author.AGENT, agent: str = ""
    ) -> "Log":
        """Somebody else speaks from here on."""
        self.epoch += 1
        body = {"controller": to, "agent": agent or None, "reason": "asked", "case_number": "F-1"}
        self._add(minutes, "control", author, body)
        return self

    def packet(self, minutes: float, skill: str = "BIL") -> "Log":
        """The case's packet."""
        packet = {"skill": skill, "intent": "request_human"}
        self._add(minutes, "packet", Author.SYSTEM, {"packet": packet})
        return self

    @property
    def told(self) -> Told:
        """What it tells."""
        return told(self.events)


def test_what_was_asked_about_and_what_was_missed() -> None:
    log = Log().says(0, Author.SUBSCRIBER)
    for intent, guess in (("refund", None), ("nlu_fallback", "refund"), ("nlu_fallback", None)):
        known = {"understood": {"seq": 1, "intent": intent, "confidence": 0.5}, "guess": guess}
        log.says(1, Author.BOT)
        log.events[-1] = replace(log.events[-1], private=known)
    (talk,) = log.told.talks
    assert talk.intents == {"refund": (2, 1), "": (1, 1)}


def handed_on() -> Log:
    """Two questions to the bot, five minutes of waiting, ten with Maya who answers after one, closed."""
    log = Log().says(0, Author.BOT).says(1, Author.SUBSCRIBER).says(1, Author.BOT)
    log.says(2, Author.SUBSCRIBER).control(2, "queue", Author.BOT).packet(2)
    log.control(7, "agent", agent="maya").says(8, Author.AGENT).says(9, Author.SUBSCRIBER)
    return log.says(10, Author.AGENT).control(17, "closed")


def test_a_talk_begins_with_the_subscriber_and_ends_with_a_person() -> None:
    (talk,) = handed_on().told.talks
    assert (talk.asked, talk.handed, talk.reason) == (2, True, "asked")
    assert talk.began_at == START + timedelta(minutes=1)


def test_time_with_the_bot_is_no_waiting() -> None:
    (case,) = handed_on().told.cases
    assert case.waiting == timedelta(minutes=5)
    assert case.handling == timedelta(minutes=10)
    assert case.first_answer_at == case.queued_at + timedelta(minutes=6)
    assert (case.end, case.answers, case.skill) == ("closed", 2, "BIL")


def test_passed_on_and_lost_are_told_apart_and_both_agents_had_it() -> None:
    log = Log().says(0, Author.SUBSCRIBER).control(1, "queue", Author.SUBSCRIBER)
    log.control(2, "agent", agent="maya").control(5, "queue").control(6, "agent", agent="jonas")
    log.control(9, "queue", Author.SYSTEM).control(10, "agent", agent="maya")
    (case,) = log.control(12, "bot").told.cases
    assert (case.passed_on, case.lost, case.end) == (1, 1, "handed_back")
    assert case.agents == {"maya": timedelta(minutes=5), "jonas": timedelta(minutes=3)}
    assert case.waiting == timedelta(minutes=3)


def test_whoever_chose_something_else_ended_the_waiting_themselves() -> None:
    log = Log().says(0, Author.SUBSCRIBER).control(0, "queue", Author.BOT)
    (case,) = log.control(4, "bot", Author.SUBSCRIBER).told.cases
    assert (case.end, case.waiting, case.first_answer_at) == ("instead", timedelta(minutes=4), None)


def test_what_has_not_ended_is_told_as_far_as_it_went() -> None:
    (case,) = Log().says(0, Author.SUBSCRIBER).control(1, "queue").told.cases
    assert (case.ended_at, case.end, case.taken_at) == (None, "", None)


def test_after_an_hour_of_silence_it_is_another_talk() -> None:
    log = Log().says(0, Author.SUBSCRIBER).says(1, Author.BOT)
    assert len(log.says(60, Author.SUBSCRIBER).told.talks) == 1
    assert len(log.says(121.5, Author.SUBSCRIBER).told.talks) == 2


def test_after_a_closed_case_the_next_words_begin_a_talk() -> None:
    log = handed_on().says(30, Author.SUBSCRIBER).control(30, "bot", Author.SYSTEM)
    talks = log.says(30, Author.BOT).told.talks
    assert [talk.handed for talk in talks] == [True, False]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["queue", "agent", "bot", "closed"]),
            st.sampled_from([Author.AGENT, Author.SYSTEM, Author.SUBSCRIBER, Author.BOT]),
            st.integers(0, 50),
            st.booleans(),
        ),
        max_size=30,
    )
)
def test_every_second_of_a_case_is_waiting_or_handling(
    steps: list[tuple[str, Author, int, bool]],
) -> None:
    log, minutes = Log(), 0
    for to, author, passed, speaks in steps:
        minutes += passed
        log.control(minutes, to, author, agent="maya" if to == "agent" else "")
        if speaks:
            log.says(minutes, Author.AGENT if to == "agent" else Author.SUBSCRIBER)
    for case in log.told.cases:
        if case.ended_at is not None:
            assert case.waiting + case.handling == case.ended_at - case.queued_at
        assert sum(case.agents.values(), timedelta()) == case.handling
