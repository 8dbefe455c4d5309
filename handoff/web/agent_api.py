"""The desk's HTTP API: sign in and out, who am I, and the 360° view of a conversation's subscriber.

Invariants: every route needs the header a foreign page cannot send; everything but the login needs a
session; a conversation that does not exist and one without a subscriber look the same (404); nothing is
cached.
"""

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from handoff.contract import Wire
from handoff.conversations.ports import Agent
from handoff.protocol import Role
from handoff.web.connection import Hangup
from handoff.web.cookies import drop_cookie, read_cookie, set_cookie
from handoff.web.errors import UNAUTHENTICATED, WebError
from handoff.web.services import Services, http_services

log = structlog.get_logger(__name__)

HEADER = "abolotse"
Web = Annotated[Services, Depends(http_services)]


class Login(Wire):
    """Name and password of an agent."""

    login: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=256)


class Me(Wire):
    """The signed-in agent."""

    agent: str
    name: str
    available: bool
    role: Role


async def own_page(request: Request) -> None:
    """Refuse calls which another site's page could make with our cookie."""
    if request.headers.get("x-requested-with") != HEADER:
        raise WebError(403, "header_missing")


async def signed_in(request: Request, web: Web) -> Agent:
    """The agent behind the session cookie."""
    found = await web.sign_ins.find(read_cookie(request, development=web.development))
    if found is None:
        raise WebError(401, "session_expired")
    return found[1]


async def supervising(request: Request, web: Web) -> Agent:
    """The agent behind the session cookie, who is a supervisor; 403 for everybody else."""
    agent = await signed_in(request, web)
    if agent.role != "supervisor":
        raise WebError(403, "supervisors_only")
    return agent


def no_store(response: Response) -> None:
    """Answers about people stay out of caches."""
    response.headers["Cache-Control"] = "no-store"


SignedIn = Annotated[Agent, Depends(signed_in)]
Supervising = Annotated[Agent, Depends(supervising)]
router = APIRouter(
    prefix="/api/agent", tags=["desk"], dependencies=[Depends(own_page), Depends(no_store)]
)


def _me(agent: Agent) -> Me:
    return Me(agent=agent.id, name=agent.name, available=agent.available, role=agent.role)


def _within_rate(web: Services, request: Request, login: str) -> None:
    """Per address, and per name from that address, so that nobody locks out another by name."""
    peer = request.client.host if request.client else "unknown"
    limits = web.limits
    if not limits.logins_by_address.allow(peer):
        raise WebError(429, "rate_limited", retry_after=limits.logins_by_address.retry_after())
    if not limits.logins_by_name.allow(f"{peer} {login}"):
        raise WebError(429, "rate_limited", retry_after=limits.logins_by_name.retry_after())


@router.post("/login")
async def login(request: Request, response: Response, web: Web, body: Login) -> Me:
    """Sign in; the cookie is new each time. An unknown name answers as slowly as a wrong password."""
    name = body.login.strip().lower()
    _within_rate(web, request, name)
    account = await web.accounts.account(name)
    usable = account if account and (web.development or not account.demo) else None
    fits = await web.passwords.matches(usable.password_hash if usable else None, body.password)
    agent = await web.accounts.agent(name) if fits else None
    if agent is None:
        log.warning("desk_login_refused")
        raise WebError(401, "wrong_login")
    before = read_cookie(request, development=web.development)
    cookie = await web.sign_ins.open(name, replaces=before)
    set_cookie(response, cookie, development=web.development)
    log.info("desk_login", agent=agent.id)
    return _me(agent)


@router.post("/logout", status_code=204)
async def logout(request: Request, response: Response, web: Web) -> None:
    """Revoke the session, end its sockets, be away at once; without a session nothing happens."""
    ended = await web.sign_ins.close(read_cookie(request, development=web.development))
    drop_cookie(response, development=web.development)
    if ended is not None:
        hangup = Hangup(UNAUTHENTICATED, "session_expired")
        web.sockets.close_principal("agent", ended.id, hangup)
        leaving = Agent(id=ended.login, name="", available=False)
        await web.flow.set_available(leaving, on=False)


@router.get("/me")
async def me(agent: SignedIn) -> Me:
    """The agent of this session."""
    return _me(agent)


@router.get("/conversations/{conversation}/overview")
async def overview(conversation: str, agent: SignedIn, web: Web) -> dict[str, Any]:
    """Everything about the conversation's subscriber, and `since` the handover; 404 for an anonymous chat."""
    chat = await web.flow.get(conversation)
    if chat.subscriber_id is None:
        raise WebError(404, "not_found")
    seen = await web.subscribers.overview(chat.subscriber_id, agent=agent.id)
    since = await web.snapshots.since(conversation, chat.subscriber_id, seen)
    return {**seen, "since": since}
