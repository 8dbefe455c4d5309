"""The desk's HTTP API for what was promised in a conversation.

Invariants: as `agent_api` (own page, session, nothing cached); only reading: promises are made and ended by steps and by jobs.
"""

from fastapi import APIRouter, Depends

from handoff.contract import Wire
from handoff.desk.promises.ports import Told
from handoff.web.agent_api import SignedIn, Web, no_store, own_page

router = APIRouter(
    prefix="/api/agent", tags=["desk"], dependencies=[Depends(own_page), Depends(no_store)]
)


class ShownFact(Wire):
    """One thing that happened to a promise: made, fixed, kept, broken, kept_late or withdrawn; `at` is an ISO instant."""

    what: str
    at: str
    facts: dict[str, str]


class ShownPromise(Wire):
    """A promise. `owed`: somebody still waits for it, in time or not; times are ISO instants."""

    kind: str
    state: str
    owed: bool
    made_at: str
    due_at: str
    case_number: str | None
    reference: str | None
    facts: list[ShownFact]


@router.get("/conversations/{conversation}/promises")
async def promises(conversation: str, _agent: SignedIn, web: Web) -> list[ShownPromise]:
    """What was promised in this conversation, oldest first; nothing for an unknown one."""
    return [_shown(told) for told in await web.owed.promises.of(conversation)]


def _shown(told: Told) -> ShownPromise:
    promise = told.promise
    return ShownPromise(
        kind=promise.kind.value,
        state=promise.state.value,
        owed=promise.owed,
        made_at=promise.made_at.isoformat(),
        due_at=promise.due_at.isoformat(),
        case_number=promise.case_number,
        reference=promise.reference,
        facts=[
            ShownFact(what=fact.what, at=fact.at.isoformat(), facts=dict(fact.facts))
            for fact in told.facts
        ],
    )
