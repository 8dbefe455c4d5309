"""Who comes in, and into which conversation: resume, adopt, or begin.

Invariants: only the digest of a session secret is stored; a session of another subscriber is never
resumed; the secret changes when the host site makes an anonymous chat a subscriber's; two tabs of one subscriber find
one conversation; a new conversation begins with the bot's welcome, which says that it is a bot.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.model import Controller, Conversation, Step
from handoff.conversations.ports import Entered, Visitor
from handoff.conversations.proof import Proof, strengthened
from handoff.conversations.steps import identified, welcome
from handoff.conversations.storage import Reading, Session, Writing


def digest(secret: str) -> str:
    """What is stored of a session secret; 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def resumed(db: Reading, sessions: Sequence[str], *, fresh: timedelta) -> list[Entered | None]:
    """The conversations of sessions that need no writing: they have at least `fresh` left. For nobody the site names.

    When a node is gone thousands come back at once; none of them should wait for another one's commit.
    """
    known = db.standing([digest(session) for session in sessions])
    log, now = db.log_name(), db.now()

    def one(session: str) -> Entered | None:
        conversation, until = known.get(digest(session), (None, now))
        if conversation is None or until - now < fresh:
            return None
        return Entered(session, conversation, is_new=False, log=log)

    return [one(session) for session in sessions]


def enter(tx: Writing, visitor: Visitor, *, session: str | None, ttl: timedelta) -> Entered:
    """Find or begin the visitor's conversation and a session on it; `ttl` is how long that may idle."""
    if visitor.subscriber_id is not None:
        tx.serialise_contact(visitor.subscriber_id)
    known = tx.session(digest(session)) if session else None
    if session and known is None and visitor.subscriber_id is None:
        raise ConversationError(Refusal.SESSION_EXPIRED)
    found = _find(tx, visitor, known)
    conversation = _greet(tx, visitor, found) if found else _begin(tx, visitor)
    signed = visitor.subscriber_id is not None
    secret = _secret(tx, session, known, conversation, signed=signed)
    stored = Session(conversation.id, conversation.subscriber_id)
    tx.put_session(digest(secret), stored, expires=tx.now() + ttl)
    return Entered(secret, conversation, is_new=found is None, log=tx.log_name())


def _find(tx: Writing, visitor: Visitor, known: Session | None) -> Conversation | None:
    """The session's conversation if it may be the visitor's, else the subscriber's open one."""
    if known is not None:
        held = tx.lock(known.conversation)
        if held.subscriber_id is None or visitor.subscriber_id in {None, held.subscriber_id}:
            return held
    if visitor.subscriber_id is None:
        return None
    latest = tx.latest_of(visitor.subscriber_id)
    return tx.lock(latest.id) if latest else None


def _secret(
    tx: Writing, session: str | None, known: Session | None, now: Conversation, *, signed: bool
) -> str:
    """The same secret for the same party; a new one when the host site named who stands behind it.

    Who proved it by a code did so inside this very session: a new secret would keep nobody out who holds this one.
    """
    ours = session is not None and known is not None and known.conversation == now.id
    if session and ours and (known == Session(now.id, now.subscriber_id) or not signed):
        return session
    if session and ours:
        tx.drop_session(digest(session))
    return secrets.token_urlsafe(32)


def _greet(tx: Writing, visitor: Visitor, found: Conversation) -> Conversation:
    """Take over what the host site proved anew; a weaker proof does not undo a stronger one."""
    if visitor.subscriber_id is None:
        return found
    proof = Proof(visitor.subscriber_id, visitor.level, visitor.proven_at)
    proven = replace(strengthened(found, proof), name=visitor.name or found.name)
    if proven == found:
        return found
    told = (identified(found, proven, "site", tx.now()),) if found.subscriber_id is None else ()
    return tx.apply(found, Step(after=proven, drafts=told))[0]


def _begin(tx: Writing, visitor: Visitor) -> Conversation:
    fresh = _fresh(visitor, tx.now())
    tx.create(fresh)
    return tx.apply(fresh, Step(after=fresh, drafts=(welcome(fresh),)))[0]


def _fresh(visitor: Visitor, now: datetime) -> Conversation:
    return Conversation(
        id=secrets.token_urlsafe(16),
        subscriber_id=visitor.subscriber_id,
        level=visitor.level,
        proven_at=visitor.proven_at,
        name=visitor.name,
        locale=visitor.locale,
        controller=Controller.BOT,
        epoch=1,
        last_seq=0,
        agent=None,
        lease_token=None,
        lease_until=None,
        waiting_since=None,
        case_number=None,
        reason="",
        skill=None,
        created_at=now,
        updated_at=now,
    )
