"""The desk's HTTP API for settings: rules of routing, limits of actions, teams, agents.

Invariants: as in `agent_api`, and for supervisors only; a change names the version it was made on; a start password is in one
answer and nowhere else.
"""

from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from handoff.contract import Wire
from handoff.desk.accounts import AccountRefused
from handoff.desk.routing.model import Rules
from handoff.desk.settings import SettingsRefused
from handoff.desk.settings.shapes import AgentShape, Key, LimitsShape, TeamShape, Versioned
from handoff.web.agent_api import Supervising, Web, no_store, own_page
from handoff.web.connection import Hangup
from handoff.web.errors import UNAUTHENTICATED

router = APIRouter(
    prefix="/api/desk/settings", tags=["desk"], dependencies=[Depends(own_page), Depends(no_store)]
)
_STATUS = {"unknown": 404, "changed_meanwhile": 409, "own_role": 409, "own_account": 409}


class NewRules(Wire):
    """Rules, and the version they were made on."""

    version: str
    value: Rules


class NewLimits(Wire):
    """Limits of actions, and the version they were made on."""

    version: str
    value: LimitsShape


class NewTeam(Wire):
    """A team, and the version it was made on; empty for a new one."""

    version: str = ""
    value: TeamShape


class NewAgent(Wire):
    """An account to make."""

    login: str = Field(max_length=64)
    value: AgentShape


class ChangedAgent(Wire):
    """An agent, and the version it was made on."""

    version: str
    value: AgentShape


def refused(_: Request, why: Exception) -> JSONResponse:
    """Why a change was not made; with what stands now if somebody else was faster."""
    if isinstance(why, SettingsRefused):
        now = why.now.model_dump(mode="json") if why.now else None
        body: dict[str, Any] = {"code": why.code, "facts": {}, "now": now}
        return JSONResponse(body, status_code=_STATUS[why.code])
    return JSONResponse({"code": "account_refused", "facts": {"why": str(why)}}, status_code=422)


def install(app: FastAPI) -> None:
    """Register the handlers of refusals."""
    app.add_exception_handler(SettingsRefused, refused)
    app.add_exception_handler(AccountRefused, refused)


@router.get("")
async def everything(web: Web, _: Supervising) -> dict[str, Any]:
    """All settings with their versions."""
    return {
        "rules": await web.supervision.settings.rules(),
        "limits": await web.supervision.settings.limits(),
        "teams": await web.supervision.settings.teams(),
        "agents": await web.supervision.settings.agents(),
    }


@router.put("/rules")
async def set_rules(web: Web, by: Supervising, new: NewRules) -> Versioned:
    """Replace the rules."""
    changed = await web.supervision.settings.set_rules(new.value, new.version, by=by)
    web.routing.touch()
    return changed


@router.put("/limits")
async def set_limits(web: Web, by: Supervising, new: NewLimits) -> Versioned:
    """Replace the limits of actions."""
    return await web.supervision.settings.set_limits(new.value, new.version, by=by)


@router.put("/teams/{key}")
async def set_team(web: Web, by: Supervising, key: Key, new: NewTeam) -> Versioned:
    """Add or replace a team."""
    changed = await web.supervision.settings.set_team(key, new.value, new.version, by=by)
    web.routing.touch()
    return changed


@router.delete("/teams/{key}", status_code=204)
async def remove_team(web: Web, by: Supervising, key: Key) -> None:
    """Remove a team."""
    await web.supervision.settings.remove_team(key, by=by)
    web.routing.touch()


@router.post("/agents")
async def add_agent(web: Web, by: Supervising, new: NewAgent) -> dict[str, str]:
    """A new account; the answer has its start password."""
    return {"password": await web.supervision.settings.add_agent(new.login, new.value, by=by)}


@router.put("/agents/{login}")
async def set_agent(web: Web, by: Supervising, login: str, new: ChangedAgent) -> Versioned:
    """Replace what an agent is."""
    changed = await web.supervision.settings.set_agent(login, new.value, new.version, by=by)
    web.routing.touch()
    return changed


@router.post("/agents/{login}/password")
async def new_password(web: Web, by: Supervising, login: str) -> dict[str, str]:
    """A new start password; the agent is signed out everywhere."""
    sessions = await web.supervision.settings.sessions(login)
    password = await web.supervision.settings.new_password(login, by=by)
    _hang_up(web, sessions)
    return {"password": password}


@router.post("/agents/{login}/sign-out", status_code=204)
async def sign_out(web: Web, by: Supervising, login: str) -> None:
    """End all sessions of an agent."""
    sessions = await web.supervision.settings.sessions(login)
    await web.supervision.settings.sign_out(login, by=by)
    _hang_up(web, sessions)


@router.delete("/agents/{login}", status_code=204)
async def remove_agent(web: Web, by: Supervising, login: str) -> None:
    """End an account."""
    sessions = await web.supervision.settings.sessions(login)
    await web.supervision.settings.remove_agent(login, by=by)
    _hang_up(web, sessions)


def _hang_up(web: Web, sessions: list[str]) -> None:
    """Sockets here close at once; those of other nodes with their next look at the session."""
    for session in sessions:
        web.sockets.close_principal("agent", session, Hangup(UNAUTHENTICATED, "session_expired"))
