"""What must be true at the end: the database and what each party has seen, compared.

Invariants: nothing is read from the gateway; a finding names what it found, so that a run that failed says where.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa

from handoff.adapters.sql import tables as t
from tests.chaos.bot import FIRST
from tests.chaos.parties import Agent, Party, Subscriber
from tests.chaos.views import Frame, View, Write

MOST_SHOWN = 5

Logs = Mapping[str, list[Any]]
"""The events of each conversation, in order."""


@dataclass
class Ledger:
    """What the database holds."""

    conversations: dict[str, Any]
    logs: Logs
    turns: list[Any]
    cases: list[Any]


class Owner(NamedTuple):
    """Who speaks; at first the bot."""

    controller: str = "bot"
    epoch: int = 1
    agent: str | None = None


@dataclass
class Findings:
    """What was counted, and what was wrong; the kinds that were looked for stand even where nothing was found."""

    counts: dict[str, int] = field(default_factory=dict)
    wrong: dict[str, list[str]] = field(default_factory=dict)

    def look(self, kind: str, found: Iterable[str]) -> None:
        """Keep what is wrong of a kind."""
        self.wrong.setdefault(kind, []).extend(found)

    def number(self, kind: str) -> int:
        """How often it was found."""
        return len(self.wrong[kind])

    @property
    def good(self) -> bool:
        """Whether nothing was wrong."""
        return not any(self.wrong.values())


def read_ledger(database_url: str) -> Ledger:
    """Everything of the gateway's database that the checks need."""
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.begin() as db:
        logs: dict[str, list[Any]] = defaultdict(list)
        for row in db.execute(sa.select(t.event).order_by(t.event.c.conversation, t.event.c.seq)):
            logs[row.conversation].append(row)
        rows = {row.id: row for row in db.execute(sa.select(t.conversation))}
        turns = list(db.execute(sa.select(t.bot_turn)))
        cases = list(db.execute(sa.select(t.support_case)))
    engine.dispose()
    return Ledger(rows, logs, turns, cases)


def check(ledger: Ledger, parties: list[Party]) -> Findings:
    """All checks."""
    findings = Findings()
    _writes(findings, ledger, [write for party in parties for write in party.writes])
    _order(findings, ledger, parties)
    _logs(findings, ledger)
    _ownership(findings, ledger)
    _waiting(findings, ledger, [party for party in parties if isinstance(party, Agent)])
    _views(findings, ledger, parties)
    return findings


def _writes(findings: Findings, ledger: Ledger, writes: list[Write]) -> None:
    """Acknowledged is stored, once, at its place; refused is not."""
    by_key, by_text = defaultdict(list), defaultdict(list)
    for conversation, log in ledger.logs.items():
        for event in log:
            by_key[conversation, event.cid].append((conversation, event.seq))
            by_text[event.body.get("text")].append((conversation, event.seq))
    for kind in ("fine", "never answered", "lost", "stored twice", "misplaced", "stored though refused"):  # fmt: skip
        findings.look(kind, ())
    for write in writes:
        stored = by_text[write.text] if write.text else by_key[write.conversation, write.key]
        place = f"{write.text or write.frame()} by {write.author}, tried {write.tries} times: {write.heard}"
        findings.look(_judged(write, stored), [place])
    fine = findings.wrong.pop("fine")
    findings.counts |= {
        "sent": len(writes),
        "sent again": sum(write.tries - 1 for write in writes),
        "acknowledged": sum(write.seq is not None for write in writes),
        "refused": sum(write.refused is not None for write in writes),
        "as it should be": len(fine),
        "stored events": sum(map(len, ledger.logs.values())),
        "conversations": len(ledger.conversations),
    }


def _judged(write: Write, stored: list[tuple[str, Any]]) -> str:
    """What became of one write."""
    if not write.answered:
        return "never answered"
    if len(stored) > 1:
        return "stored twice"
    if write.refused is not None:
        return "stored though refused" if stored else "fine"
    if not stored:
        return "lost"
    return "fine" if stored == [(write.conversation, write.seq)] else "misplaced"


def _order(findings: Findings, ledger: Ledger, parties: list[Party]) -> None:
    """What a party wrote stands in the order in which it was written."""
    found = []
    for party in parties:
        places: dict[str, int] = {}
        for write in party.writes:
            if write.seq is None:
                continue
            if write.seq <= places.get(write.conversation, 0):
                found.append(f"{party.name}: {write.text or write.type} at {write.seq}")
            places[write.conversation] = write.seq
    findings.look("out of order", found)


def _logs(findings: Findings, ledger: Ledger) -> None:
    """Each log is gapless to the end that its row names; a signed-in subscriber has one open chat."""
    gaps = []
    for conversation, row in ledger.conversations.items():
        seqs = [event.seq for event in ledger.logs.get(conversation, [])]
        if seqs != list(range(1, row.last_seq + 1)):
            gaps.append(f"{conversation}: {len(seqs)} events of {row.last_seq}")
    findings.look("gaps in logs", gaps)
    open_chats = Counter(
        row.subscriber_id
        for row in ledger.conversations.values()
        if row.subscriber_id and row.controller != "closed"
    )
    findings.look("chats twice", [name for name, count in open_chats.items() if count > 1])


def _ownership(findings: Findings, ledger: Ledger) -> None:
    """One owner at any time: each control raises the epoch by one, and only its owner speaks under it."""
    for kind in ("two owners", "spoke under an old epoch", "answers the wrong question"):
        findings.look(kind, ())
    for conversation, log in ledger.logs.items():
        owner = Owner()
        for event in log:
            for kind in _wrong_about(event, owner):
                findings.look(kind, [f"{conversation} {event.seq} {event.author}"])
            if event.kind == "control":
                body = event.body
                owner = Owner(body["controller"], body["epoch"], body["agent"])
        row = ledger.conversations[conversation]
        if owner != Owner(row.controller, row.epoch, row.agent):
            findings.look("two owners", [f"{conversation}: the row is not what the log says"])


def _wrong_about(event: Any, owner: Owner) -> Iterator[str]:
    if event.kind == "control" and event.body["epoch"] != owner.epoch + 1:
        yield "two owners"
    if event.kind == "message" and not _may_speak(event, owner):
        yield "spoke under an old epoch"
    if not _answers_its_question(event):
        yield "answers the wrong question"


def _may_speak(event: Any, owner: Owner) -> bool:
    """Whether the bot or the agent who speaks is the owner."""
    if event.author not in {"bot", "agent"}:
        return True
    if event.author == "agent" and not event.cid.startswith(f"a:{owner.agent}:"):
        return False
    return bool(event.author == owner.controller and event.epoch == owner.epoch)


def _answers_its_question(event: Any) -> bool:
    """The bot's words stand under the turn they name."""
    if event.author != "bot" or not event.cid:
        return True
    return bool(event.body["text"] == f"{FIRST}{event.conversation}:{event.cid.split(':')[1]}")


def _waiting(findings: Findings, ledger: Ledger, agents: list[Agent]) -> None:
    """Nobody is left: each question was answered or passed on, each chat that waits is seen or owned."""
    unanswered = []
    for turn in ledger.turns:
        log = ledger.logs[turn.conversation]
        said = any(e.cid and e.cid.startswith(f"b:{turn.seq}:") for e in log)
        passed = any(e.kind == "control" and e.seq > turn.seq for e in log)
        if turn.done_at is None or not (said or passed):
            unanswered.append(f"{turn.conversation} {turn.seq}")
    findings.look("unanswered", unanswered)
    listed = [{r["conversation"]: r["controller"] for r in agent.rows} for agent in agents]
    waiting = [row for row in ledger.conversations.values() if row.controller == "queue"]
    hidden = [row.id for row in waiting if any(rows.get(row.id) != "queue" for rows in listed)]
    findings.look("waits unseen", hidden)
    cases = {(case.conversation, case.number) for case in ledger.cases if case.closed_at is None}
    findings.look("case and chat disagree", sorted(f"{c} {n}" for c, n in cases ^ _named(ledger)))


def _named(ledger: Ledger) -> set[tuple[str, str]]:
    """The open cases by what the chats say: with people each has one; with the bot one may be held for something else."""
    return {
        (row.id, row.case_number)
        for row in ledger.conversations.values()
        if row.controller in {"queue", "agent"} or (row.controller == "bot" and row.case_number)
    }


def _views(findings: Findings, ledger: Ledger, parties: list[Party]) -> None:
    """What each party has seen is the log, as far as it is theirs to see."""
    findings.look("missing in views", ())
    findings.look("wrong in views", ())
    compared = 0
    for party in parties:
        for conversation, view in views_of(party).items():
            compared += 1
            expected = _shown(ledger.logs[conversation], for_agents=isinstance(party, Agent))
            place = f"{party.name} {conversation}"
            missing = expected.keys() - view.events.keys()
            findings.look("missing in views", [f"{place} {seq}" for seq in sorted(missing)])
            wrong = [s for s, event in view.events.items() if s not in missing and expected.get(s) != event]  # fmt: skip
            findings.look("wrong in views", [f"{place} {seq}" for seq in wrong])
    findings.counts["views compared"] = compared


def views_of(party: Party) -> dict[str, View]:
    """What the party has seen, by conversation."""
    if isinstance(party, Subscriber):
        return {party.conversation: party.view}
    assert isinstance(party, Agent)
    return party.views


def _shown(log: list[Any], *, for_agents: bool) -> dict[int, Frame]:
    """The events as a client must have seen them: which agent it is stays at the desk."""
    shown: dict[int, Frame] = {}
    for event in log:
        if for_agents or not event.agents_only:
            body = dict(event.body)
            if body["kind"] == "control" and not for_agents:
                body["agent"] = None
            shown[event.seq] = body
    return shown
