"""The desk's HTTP API for actions from the 360° view: what an action would do, doing it, and deciding about proposals.

Invariants: as in `agent_api` (own page, session, nothing cached); only the chat's owner acts, under the epoch they saw;
a refusal says its code and, in both languages, what to do; a repeat of a client key gives the first answer.
"""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import Field
from typing_extensions import override

from handoff.contract import Wire
from handoff.conversations.ports import Agent
from handoff.desk.approvals.acting import Asked, Way
from handoff.desk.approvals.action import Action, Line, Refusal, State
from handoff.desk.approvals.contracts import OfferedPlan
from handoff.desk.approvals.refused import explained, words_of
from handoff.desk.approvals.wishes import Wish
from handoff.desk.words import Words
from handoff.protocol.subscriber import Cid
from handoff.web.agent_api import SignedIn, Web, no_store, own_page
from handoff.web.errors import BUSINESS, WebError

_STATUS: dict[str, int] = {code.value: status for code, status in BUSINESS.items()} | {
    Refusal.NO_SUBSCRIBER.value: 409,
    Refusal.CHANGED.value: 409,
    Refusal.KEY_REUSED.value: 409,
    Refusal.UNKNOWN.value: 404,
    Refusal.NOT_OPEN.value: 409,
    Refusal.OWN_PROPOSAL.value: 403,
    Refusal.NOT_ALLOWED.value: 403,
    Refusal.BROKEN.value: 500,
}
Comment = Annotated[str, Field(max_length=300)]
Digest = Annotated[str, Field(max_length=64)]


class Explaining(APIRoute):
    """A route whose refusals say what to do."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def explaining(request: Request) -> Response:
            try:
                return await answer(request)
            except Exception as error:
                found = explained(error)
                if found is None:
                    raise
                return _refusal(*found)

        return explaining


def _refusal(code: str, words: Words) -> JSONResponse:
    body = {"code": code, "facts": {}, "words": words.model_dump()}
    headers = {"Cache-Control": "no-store"}
    return JSONResponse(body, status_code=_STATUS[code], headers=headers)


router = APIRouter(
    prefix="/api/agent",
    tags=["desk"],
    dependencies=[Depends(own_page), Depends(no_store)],
    route_class=Explaining,
)


class Ask(Wire):
    """A wish, in the epoch of the chat that the agent saw."""

    epoch: int
    wish: Wish


class Start(Ask):
    """The confirmed wish: `seen` is the digest of what was shown."""

    cid: Cid
    seen: Digest


class Decide(Wire):
    """Yes (to what was `seen`) or no, with a comment for the colleague."""

    approve: bool
    seen: Digest = ""
    comment: Comment = ""


class Consequence(Wire):
    """What would happen, and how it goes on when it is confirmed."""

    title: Words
    lines: tuple[Line, ...]
    way: Way
    digest: str


class Shown(Wire):
    """An action as its colleagues see it."""

    id: str
    conversation: str
    kind: str
    state: State
    agent_name: str
    mine: bool
    may_decide: bool
    title: Words
    lines: tuple[Line, ...]
    digest: str
    asked_at: str
    expires_at: str
    decided_by: str
    comment: str
    told: Words | None
    refusal: Words | None


def _shown(action: Action, agent: Agent, may_decide: Callable[[Action], bool]) -> Shown:
    decision = action.decision
    return Shown(
        id=action.id,
        conversation=action.conversation,
        kind=action.kind,
        state=action.state,
        agent_name=action.agent_name,
        mine=action.agent == agent.id,
        may_decide=action.state is State.PROPOSED and may_decide(action),
        title=action.foreseen.title,
        lines=action.foreseen.lines,
        digest=action.foreseen.digest,
        asked_at=action.asked_at.isoformat(),
        expires_at=action.expires_at.isoformat(),
        decided_by=decision.name if decision else "",
        comment=decision.comment if decision else "",
        told=action.outcome.told if action.outcome else None,
        refusal=words_of(action.refusal) if action.refusal else None,
    )


async def _seen_by(agent: Agent, web: Web, action: Action) -> Shown:
    """One action as this agent sees it."""
    return _shown(action, agent, await web.actions.decider(agent))


def bounded(web: Web, agent: SignedIn) -> Agent:
    """The agent, within their rate: each of these calls asks the business."""
    if not web.limits.messages.allow(f"agent:{agent.id}"):
        raise WebError(429, "rate_limited", retry_after=web.limits.messages.retry_after())
    return agent


Bounded = Annotated[Agent, Depends(bounded)]


@router.post("/conversations/{conversation}/actions/foresee")
async def foresee(conversation: str, body: Ask, web: Web, agent: Bounded) -> Consequence:
    """What the wish would do, and whether somebody else must agree; nothing changes."""
    asked = Asked(conversation, body.epoch, body.wish)
    foreseen, way = await web.actions.foresee(agent, asked)
    return Consequence(title=foreseen.title, lines=foreseen.lines, way=way, digest=foreseen.digest)


@router.post("/conversations/{conversation}/actions")
async def start(conversation: str, body: Start, web: Web, agent: Bounded) -> Shown:
    """Do it, propose it, or ask the subscriber to confirm it."""
    asked = Asked(conversation, body.epoch, body.wish, body.cid, body.seen)
    return await _seen_by(agent, web, await web.actions.start(agent, asked))


@router.get("/conversations/{conversation}/actions")
async def of_conversation(conversation: str, web: Web, agent: SignedIn) -> list[Shown]:
    """The newest actions in a conversation."""
    await web.flow.get(conversation)
    may = await web.actions.decider(agent)
    return [_shown(one, agent, may) for one in await web.actions.of(conversation)]


@router.get("/plans")
async def plans(web: Web, _agent: SignedIn) -> list[OfferedPlan]:
    """What is sold, for the choice of another plan."""
    return await web.actions.plans()


@router.get("/approvals")
async def approvals(web: Web, agent: SignedIn) -> list[Shown]:
    """What waits for a second person: what this agent may decide, and what they proposed themselves."""
    may = await web.actions.decider(agent)
    shown = [_shown(one, agent, may) for one in await web.actions.proposed()]
    return [one for one in shown if one.mine or one.may_decide]


@router.post("/approvals/{action}/decision")
async def decide(action: str, body: Decide, web: Web, agent: Bounded) -> Shown:
    """Approve, and it is done; or refuse."""
    if body.approve:
        ended = await web.actions.approve(action, agent, seen=body.seen, comment=body.comment)
    else:
        ended = await web.actions.refuse(action, agent, comment=body.comment)
    return await _seen_by(agent, web, ended)


@router.post("/approvals/{action}/withdrawal")
async def withdraw(action: str, web: Web, agent: Bounded) -> Shown:
    """Take one's own proposal back."""
    return await _seen_by(agent, web, await web.actions.withdraw(action, agent))
