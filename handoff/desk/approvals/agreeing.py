"""The subscriber confirms what only they may: on a page of ours, with a code sent to the address on file.

Invariants: the link alone confirms nothing, whoever reads the chat has it: the digits go to the mailbox on file and
nowhere else; what is confirmed is what the page shows; a link is for one action and ends with it; looking changes nothing.
"""

import hashlib
import hmac
from dataclasses import dataclass, replace

from handoff.contract import Link
from handoff.conversations.telling import Told
from handoff.desk import audit
from handoff.desk.approvals.action import (
    CLAIM,
    Action,
    ActionRefused,
    Decision,
    Refusal,
    State,
    step_to,
)
from handoff.desk.approvals.carrying import SUBSCRIBER, Carrying
from handoff.desk.words import Words, put
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.identity import CodePurpose

_HANDLE = "handle"
_ASKED = (
    "{title}: bitte auf dieser Seite bestätigen. Dazu kommt ein Code an die hinterlegte Adresse.",
    "{title}: please confirm it on this page. A code goes to the address on file for it.",
)
_OPEN = Words(de="Ansehen und bestätigen", en="Look and confirm")


@dataclass(frozen=True, slots=True)
class CodeSent:
    """Six digits went to this masked address and are good for so many minutes."""

    to: str
    minutes: int


class Agreeing(Carrying):
    """What the holder of a link may see and do."""

    def token_of(self, action: str) -> str:
        """The link's secret: nobody can guess it, and it needs not be kept to be given again."""
        signed = hmac.new(self.house.secret.encode(), f"agree.{action}".encode(), hashlib.sha256)
        return f"{action}.{signed.hexdigest()[:32]}"

    async def agreement(self, token: str) -> Action:
        """What a link is about; UNKNOWN for one that we did not make."""
        action, _, _signed = token.rpartition(".")
        if not action or not hmac.compare_digest(self.token_of(action).encode(), token.encode()):
            raise ActionRefused(Refusal.UNKNOWN)
        return await self.house.store.get(action)

    async def send_code(self, token: str, *, press: str) -> CodeSent:
        """Six digits to the address on file, once for a press of the button. Raises NOT_OPEN."""
        action = self._still_open(await self.agreement(token))
        caller = _holder(action)
        receipt = await self._ask(
            lambda: self.house.business.identity.send_code(
                caller, purpose=CodePurpose.CONFIRM, key=f"desk:{action.id}:{press}"
            )
        )
        handle = {**action.prepared, _HANDLE: receipt.handle}
        await self.house.store.change(
            action.id,
            lambda now: replace(now, prepared=handle) if now.state is State.ASKED else now,
        )
        return CodeSent(receipt.sent_to or "", receipt.valid_minutes)

    async def agree(self, token: str, digits: str, *, seen: str, press: str) -> Action:
        """Confirm with the digits what the page showed (`seen`), and it is done.

        Raises NOT_OPEN, CHANGED (shown anew), CODE_WRONG, CODE_EXPIRED, CODE_TOO_OFTEN, and what the use case refuses.
        """
        action = await self.agreement(token)
        if action.state in {State.BEGUN, State.DONE}:
            return action  # a second press of the button
        self._still_open(action)
        if action.foreseen.digest != seen:
            raise ActionRefused(Refusal.CHANGED)
        begun = await self._confirmed(action, digits, press)
        return await self.carry_out(begun)

    async def decline(self, token: str) -> Action:
        """The subscriber says no."""
        action = await self.agreement(token)
        at = self.house.clock()
        decision = Decision(SUBSCRIBER, "", at)
        entry = audit.entry(
            SUBSCRIBER,
            "action_refused",
            conversation=action.conversation,
            action=action.id,
            kind=action.kind,
        )
        ended = await self.house.store.change(
            action.id,
            lambda now: step_to(
                self._still_open(now), State.REFUSED, decision=decision, finished_at=at
            ),
            entry,
        )
        await self._tell(ended, "action_declined")
        return ended

    async def _confirmed(self, action: Action, digits: str, press: str) -> Action:
        """The action begun under the proof of the digits; raises CHANGED when it would do something else by now."""
        handle, holder = action.prepared.get(_HANDLE, ""), _holder(action)
        proof = await self._ask(
            lambda: self.house.business.identity.check_code(
                holder, handle, digits, key=f"desk:{action.id}:check:{press}"
            )
        )
        if proof.subscriber != action.subscriber or proof.level is not Level.CONFIRMED:
            raise SubscriptionError(Code.CODE_EXPIRED)
        now_seen = await self._foresee_again(action)
        if now_seen.foreseen.digest != action.foreseen.digest:
            await self.house.store.change(
                action.id, lambda now: replace(now, foreseen=now_seen.foreseen)
            )
            raise ActionRefused(Refusal.CHANGED)
        decision = Decision(SUBSCRIBER, "", proof.proven_at)
        entry = audit.entry(
            SUBSCRIBER,
            "action_approved",
            conversation=action.conversation,
            action=action.id,
            kind=action.kind,
        )
        return await self.house.store.change(
            action.id,
            lambda now: step_to(
                self._still_open(now),
                State.BEGUN,
                decision=decision,
                prepared=now_seen.prepared,
                next_at=self.house.clock() + CLAIM,
            ),
            entry,
        )

    def _still_open(self, action: Action) -> Action:
        """Raises NOT_OPEN for one that is decided, or late."""
        if action.state is not State.ASKED or action.expires_at <= self.house.clock():
            raise ActionRefused(Refusal.NOT_OPEN)
        return action

    async def _ask_subscriber(self, action: Action) -> None:
        """The link, into the chat; colleagues see it and can do nothing with it."""
        said = put(*_ASKED, title=action.foreseen.title)
        link = Link(title=_OPEN.in_(action.locale), url=f"/agree/{self.token_of(action.id)}")
        await self.house.chat.tell(
            action.conversation,
            Told(
                key=f"x:{action.id}:asked",
                code="action_asked",
                facts={"agent": action.agent_name, "de": said.de, "en": said.en},
                text=said.in_(action.locale),
                agent_name=action.agent_name,
                link=link,
            ),
        )


def _holder(action: Action) -> Caller:
    """Whoever has the link: identified by the chat it stands in, confirmed by nothing yet."""
    return Caller(action.subscriber, Level.IDENTIFIED, "link")
