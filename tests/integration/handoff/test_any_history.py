"""Whatever happens in whatever order: the log stays whole and exactly one party speaks.

A state machine drives one conversation through two nodes over a real database and checks the log after
each step against what was acknowledged.
"""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from handoff.contract import Identified
from handoff.conversations.errors import ConversationError
from handoff.conversations.model import Author
from handoff.conversations.ports import Agent, BotTurn, Receipt
from handoff.conversations.proof import ProofRefused
from tests.integration.handoff.house import JON, MAYA, House, anonymous, cid, handoff, log_of, say

T = TypeVar("T")
AGENTS = st.sampled_from([MAYA, JON])
NODES = st.integers(0, 1)


class AnyHistory(RuleBasedStateMachine):
    """One conversation; two nodes; a clock that jumps; answers that come late or twice."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.house = House(url)
        self.nodes = [self.house.node(), self.house.node()]
        self.acked: dict[str, int] = {}
        self.sent: list[tuple[str, str]] = []
        self.claimed: list[BotTurn] = []
        self.answers = 0
        self.stored_answers: list[str] = []
        self.proven: str | None = None

    def run(self, step: Awaitable[T]) -> T:
        async def awaited() -> T:
            return await step

        return self.runner.run(awaited())

    def teardown(self) -> None:
        self.house.close()
        self.runner.close()

    @initialize()
    def begin(self) -> None:
        self.id = self.run(anonymous(self.nodes[0]))

    def epoch(self) -> int:
        return self.run(self.nodes[0].get(self.id)).epoch

    def note(self, key: str, receipt: Receipt) -> None:
        if key in self.acked:
            assert receipt.repeated
            assert receipt.seq == self.acked[key]
        else:
            assert not receipt.repeated
            self.acked[key] = receipt.seq

    @rule(node=NODES)
    def write(self, node: int) -> None:
        key = cid()
        text = f"text of {key}"
        self.note(key, self.run(self.nodes[node].receive(self.id, cid=key, text=text)))
        self.sent.append((key, text))

    @precondition(lambda self: self.sent)
    @rule(node=NODES, which=st.integers(0, 50))
    def write_again(self, node: int, which: int) -> None:
        key, text = self.sent[which % len(self.sent)]
        self.note(key, self.run(self.nodes[node].receive(self.id, cid=key, text=text)))

    @rule(node=NODES)
    def ask_person(self, node: int) -> None:
        self.run(self.nodes[node].ask_person(self.id, cid=cid()))

    @rule(node=NODES)
    def claim(self, node: int) -> None:
        turns = [t for t in self.run(self.nodes[node].due_turns()) if t.conversation == self.id]
        assert len(turns) <= 1
        self.claimed += turns

    @precondition(lambda self: self.claimed)
    @rule(node=NODES, which=st.integers(0, 50), passes_on=st.booleans())
    def answer(self, node: int, which: int, passes_on: bool) -> None:
        turn = self.claimed[which % len(self.claimed)]
        self.answers += 1
        words = f"answer {self.answers}"
        replies = [say(words), handoff()] if passes_on else [say(words)]
        if self.run(self.nodes[node].answer(turn, replies)):
            self.stored_answers.append(words)
            assert not self.run(self.nodes[1 - node].answer(turn, [say("twice")]))

    @precondition(lambda self: self.claimed)
    @rule(node=NODES, which=st.integers(0, 50), who=st.sampled_from(["K-1001", "K-1002"]))
    def prove(self, node: int, which: int, who: str) -> None:
        """A code proves one of two people; the first one stays, whatever comes after a take-over or too late."""
        assert self.house.clock is not None
        turn = self.claimed[which % len(self.claimed)]
        self.answers += 1
        words = f"answer {self.answers}"
        at = self.house.clock().isoformat()
        proof = Identified.model_validate({"subscriber_id": who, "level": 2, "proven_at": at})
        try:
            stored = self.run(self.nodes[node].answer(turn, [proof, say(words)]))
        except ProofRefused as refused:
            assert self.proven not in {None, who}
            self.run(self.nodes[node].bot_failed(turn, reason="bot_unavailable", refused=refused))
            return
        if stored:
            assert self.proven in {None, who}
            self.proven = who
            self.stored_answers.append(words)

    @precondition(lambda self: self.claimed)
    @rule(which=st.integers(0, 50))
    def fail(self, which: int) -> None:
        turn = self.claimed[which % len(self.claimed)]
        self.run(self.nodes[0].bot_failed(turn, reason="bot_unavailable"))

    @rule(node=NODES, agent=AGENTS, behind=st.sampled_from([0, 0, 0, 1]))
    def take(self, node: int, agent: Agent, behind: int) -> None:
        epoch = self.epoch() - behind
        try:
            self.run(self.nodes[node].take(self.id, agent=agent, epoch=epoch, cid=cid()))
        except ConversationError:
            return
        assert behind == 0

    @rule(node=NODES, agent=AGENTS, behind=st.sampled_from([0, 0, 1]))
    def reply(self, node: int, agent: Agent, behind: int) -> None:
        before = self.run(self.nodes[0].get(self.id))
        try:
            self.run(
                self.nodes[node].reply(
                    self.id, agent=agent, epoch=before.epoch - behind, cid=cid(), text="von mir"
                )
            )
        except ConversationError:
            return
        assert behind == 0
        assert before.agent == agent.id

    @rule(agent=AGENTS, to=st.sampled_from(["bot", "queue", "closed"]))
    def release(self, agent: Agent, to: str) -> None:
        epoch = self.epoch()
        try:
            self.run(
                self.nodes[0].release(
                    self.id, agent=agent, epoch=epoch, cid=cid(), to=to, outcome="x"
                )
            )
        except ConversationError:
            return

    @rule(seconds=st.sampled_from([1, 15, 40]), agent=AGENTS, there=st.booleans())
    def time_passes(self, seconds: int, agent: Agent, there: bool) -> None:
        assert self.house.clock is not None
        self.house.clock.pass_(seconds=seconds)
        if there:
            self.run(self.nodes[0].heartbeat(agent))
        self.run(self.nodes[1].sweep_leases())

    @rule(up_to=st.integers(0, 60), author=st.sampled_from([Author.AGENT, Author.SUBSCRIBER]))
    def read(self, up_to: int, author: Author) -> None:
        self.run(self.nodes[0].mark_read(self.id, author=author, up_to=up_to))

    @invariant()
    def the_log_is_whole(self) -> None:
        if not hasattr(self, "id"):
            return
        events = self.run(log_of(self.nodes[0], self.id))
        row = self.run(self.nodes[1].get(self.id))
        assert [event.seq for event in events] == list(range(1, row.last_seq + 1))
        controller, epoch = "bot", 1
        for event in events:
            if event.kind == "control":
                assert event.body["epoch"] == epoch + 1 == event.epoch
                controller, epoch = event.body["controller"], epoch + 1
            elif event.kind == "message" and event.author in {"bot", "agent"}:
                assert (event.author.value, event.epoch) == (controller, epoch)
        assert (row.controller.value, row.epoch) == (controller, epoch), "replayed = stored"
        assert row.subscriber_id == self.proven
        told = [e.body["facts"]["level"] for e in events if e.body.get("code") == "identified"]
        assert [str(row.level)] == (told[-1:] or ["0"])

    @invariant()
    def every_acknowledged_message_is_there_once_in_order(self) -> None:
        if not hasattr(self, "id"):
            return
        events = self.run(log_of(self.nodes[1], self.id))
        mine = [e for e in events if e.author is Author.SUBSCRIBER and e.kind == "message"]
        assert [(e.body["cid"], e.body["text"]) for e in mine] == self.sent
        assert {e.body["cid"]: e.seq for e in mine} == self.acked
        said = [e.body["text"] for e in events if e.author is Author.BOT and e.body.get("text")]
        assert said == self.stored_answers


def test_any_history(database_url: str) -> None:
    run_state_machine_as_test(
        lambda: AnyHistory(database_url),
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
