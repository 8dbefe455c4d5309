"""The writes of one sweep of routing, in one transaction.

Invariants: rows are claimed with SKIP LOCKED (SQLite has one writer), the conversation before its offers and needs, as steps
do; so a sweep waits for nobody while it holds something, and what another node or a step has under way is left to
the next sweep; what was decided about another state than the stored one is dropped.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from handoff.adapters.sql import tables as t
from handoff.adapters.sql import tables_routing as r
from handoff.adapters.sql.line import drop
from handoff.adapters.sql.upsert import insert
from handoff.conversations.model import Controller
from handoff.desk.routing.model import Chat, LiveOffer, Offered, Outcome, Rules

AT_ONCE = 200
"""What one transaction of a sweep claims of each kind at most; the next sweep goes on."""

_c, _n, _o, _p = t.conversation.c, r.case_routing.c, r.offer.c, t.agent_presence.c


class Sweep:
    """What a sweep wants stored, one kind after the other; `changed` holds the conversations it touched."""

    def __init__(self, db: sa.Connection, now: datetime, rules: Rules) -> None:
        self._db = db
        self._now = now
        self._rules = rules
        self.changed: set[str] = set()

    def admit(self, chats: Iterable[Chat]) -> None:
        """Write down what new cases need, and deadlines that moved."""
        wanted = {chat.case_number: chat for chat in chats}
        held = self._held(chat.conversation for chat in wanted.values())
        free = {number: chat for number, chat in wanted.items() if chat.conversation in held}
        known = self._locked(sa.select(_n.case_number), _n.case_number, sorted(free))
        new = [_needs(chat) for number, chat in sorted(free.items()) if number not in known]
        if new:
            self._db.execute(insert(self._db, r.case_routing).on_conflict_do_nothing(), new)
        for number in known:
            needs = r.case_routing.update().where(_n.case_number == number)
            self._db.execute(needs.values(deadline=free[number].deadline))
        self.changed |= {chat.conversation for chat in free.values()}

    def end(self, offers: Sequence[tuple[LiveOffer, Outcome]]) -> None:
        """End offers that still stand; whoever let one run out is not responding."""
        held = self._held(offer.conversation for offer, _ in offers)
        standing = sa.select(_o.id, _o.case_number, _o.until).where(_o.ended_at.is_(None))
        locked = self._locked(standing, _o.id, sorted(offer.id for offer, _ in offers))
        asleep = {offer.agent for offer, outcome in offers if outcome == "timeout"}
        there = self._locked(sa.select(_p.agent), _p.agent, sorted(asleep))
        for offer, outcome in offers:
            row = locked.get(offer.id)
            if row is None or offer.conversation not in held:
                continue
            if outcome == "timeout" and not self._overslept(offer, row, there):
                continue
            over = r.offer.update().where(_o.id == offer.id)
            self._db.execute(over.values(ended_at=self._now, outcome=outcome))
            if outcome in {"declined", "timeout"}:
                case = offer.conversation, row.case_number
                drop(self._db, case, offer.agent, why=outcome, at=self._now)
            self.changed.add(offer.conversation)

    def _overslept(self, offer: LiveOffer, row: Any, there: dict[str, Any]) -> bool:
        """Mark the agent as not responding; False when that has to wait for the next sweep, or the offer was prolonged."""
        if row.until > self._now or offer.agent not in there:
            return False
        silent = t.agent_presence.update().where(_p.agent == offer.agent)
        self._db.execute(silent.values(unresponsive_since=self._now))
        return True

    def prolong(self, offers: Iterable[LiveOffer]) -> None:
        """Give more time for offers that ran out while nobody looked."""
        for offer in offers:
            standing = r.offer.update().where(_o.id == offer.id, _o.ended_at.is_(None))
            self._db.execute(standing.values(until=offer.until))
            self.changed.add(offer.conversation)

    def offer(self, wanted: Sequence[Offered]) -> None:
        """Offer chats that wait as they were seen, to people who were offered nothing since."""
        wanted = wanted[:AT_ONCE]
        chats = self._free_chats([one.chat for one in wanted])
        people = self._locked(
            sa.select(_p.agent, _p.offered_at).where(
                _p.available.is_(True), _p.unresponsive_since.is_(None), _p.seen_until > self._now
            ),
            _p.agent,
            sorted({one.agent for one in wanted}),
        )
        fits = [
            one
            for one in wanted
            if chats.get(one.chat.conversation) == one.chat.epoch
            and one.agent in people
            and people[one.agent].offered_at == one.last_offered
        ]
        if fits:
            self._db.execute(r.offer.insert(), [self._row(one) for one in fits])
            asked = t.agent_presence.update().where(_p.agent.in_([one.agent for one in fits]))
            self._db.execute(asked.values(offered_at=self._now))
            reasoned = [one.chat.case_number for one in fits if one.chat.why]
            needs = r.case_routing.update().where(_n.case_number.in_(reasoned))
            self._db.execute(needs.values(why="", why_at=None))
        self.changed |= {one.chat.conversation for one in fits}

    def _free_chats(self, chats: Sequence[Chat]) -> dict[str, int]:
        """Epochs of those that wait now and are offered to nobody; nobody takes one of them before our commit."""
        ids = [chat.conversation for chat in chats]
        waiting = sa.select(_c.id, _c.epoch).where(_c.controller == Controller.QUEUE.value)
        found = {row.id: row.epoch for row in self._locked(waiting, _c.id, ids).values()}
        live = sa.select(_o.conversation).where(_o.ended_at.is_(None))
        taken = set(self._db.execute(live.where(_o.conversation.in_(sorted(found)))).scalars())
        return {name: epoch for name, epoch in found.items() if name not in taken}

    def _row(self, one: Offered) -> dict[str, Any]:
        return {
            "id": secrets.token_hex(12),
            "conversation": one.chat.conversation,
            "case_number": one.chat.case_number,
            "agent": one.agent,
            "epoch": one.chat.epoch,
            "made_at": self._now,
            "until": self._now + timedelta(seconds=self._rules.accept),
            "outcome": "",
        }

    def tell_why(self, reasons: Iterable[tuple[Chat, str]]) -> None:
        """Why nobody is offered these."""
        why = {chat.case_number: (chat.conversation, code) for chat, code in reasons}
        found = self._locked(sa.select(_n.case_number), _n.case_number, sorted(why))
        for code in sorted({why[number][1] for number in found}):
            same = [number for number in found if why[number][1] == code]
            needs = r.case_routing.update().where(_n.case_number == sa.bindparam("_case_number"))
            told = needs.values(why=code, why_at=self._now)
            self._db.execute(told, [{"_case_number": number} for number in same])
        self.changed |= {why[number][0] for number in found}

    def _held(self, conversations: Iterable[str]) -> set[str]:
        """Those of the conversations that no step has under way; none begins one before our commit."""
        found: set[str] = set()
        for some in _slices(sorted(set(conversations))):
            query = sa.select(_c.id).where(_c.id.in_(some)).order_by(_c.id)
            share = query.with_for_update(read=True, key_share=True, skip_locked=True)
            found |= set(self._db.execute(share).scalars())
        return found

    def _locked(
        self, query: sa.Select[Any], key: sa.ColumnElement[Any], values: Sequence[str]
    ) -> dict[str, Any]:
        """The rows with these keys that nobody else holds, in the order of their keys, held until the commit."""
        found: dict[str, Any] = {}
        for some in _slices(values):
            wanted = query.where(key.in_(some)).order_by(key)
            rows = self._db.execute(wanted.with_for_update(skip_locked=True))
            found |= {row[0]: row for row in rows}
        return found


def _needs(chat: Chat) -> dict[str, Any]:
    """The row of a case that is new in the line."""
    return {
        "case_number": chat.case_number,
        "conversation": chat.conversation,
        "since": chat.since,
        "deadline": chat.deadline,
        "due_kind": "",
        "why": "",
    }


def _slices(values: Sequence[str]) -> Iterable[Sequence[str]]:
    """As many at once as a statement may name."""
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))
