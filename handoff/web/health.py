"""`/healthz`: the process lives. `/readyz`: it can serve.

Invariants: ready means the database answers; without Rasa, the actions or a background task the gateway
is `degraded` but ready, because messages are kept and people can still be reached; a process that leaves is not ready.
"""

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from handoff.contract import Wire
from handoff.web.probes import State
from handoff.web.services import Services, services

_NEEDED = {"database"}

router = APIRouter(tags=["health"])


class Readiness(Wire):
    """What works. `degraded`: something is down that people make up for."""

    status: Literal["ready", "degraded", "unready"]
    parts: dict[str, State]
    subscribers: int
    agents: int


def readiness(web: Services, parts: dict[str, State]) -> Readiness:
    """Judge: not at all, not whole, or all well."""
    down = {name for name, state in parts.items() if state == "down"}
    unready = web.draining.begun or bool(down & _NEEDED)
    return Readiness(
        status="unready" if unready else "degraded" if down else "ready",
        parts=parts,
        subscribers=web.sockets.count("subscriber"),
        agents=web.sockets.count("agent"),
    )


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", response_model=Readiness)
async def readyz(request: Request) -> JSONResponse:
    """200 when it can serve, 503 when not; the parts by name."""
    web = services(request)
    answer = readiness(web, await web.health.parts())
    return JSONResponse(
        answer.model_dump(),
        status_code=503 if answer.status == "unready" else 200,
        headers={"Cache-Control": "no-store"},
    )
