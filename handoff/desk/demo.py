"""The desk of the demo: three people, two teams. Everybody can do everything, so that a chat is offered to whoever is there.

Invariants: an operator's own account keeps its password, and what somebody changed about teams or people stays; the
supervisor is offered no chats, but may take any.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from handoff.desk.routing.model import Team
from handoff.desk.routing.ports import Profile, RoutingStore
from handoff.desk.sign_in import Account, AccountStore
from handoff.protocol import Role

BY = "demo"
_TECH = frozenset({"TEC", "SEC"})
_SERVICE = frozenset({"BIL", "COL", "RET", "DLV", "SAL", "CMP", "PRV"})
TEAMS = (Team("service", "Service", _SERVICE), Team("tech", "Tech", _TECH))


@dataclass(frozen=True, slots=True)
class _Colleague:
    login: str
    name: str
    profile: Profile
    role: Role = "agent"


COLLEAGUES = (
    _Colleague("maya", "Maya Brandt", Profile(languages=("de", "en"), teams=("service",))),
    _Colleague("jonas", "Jonas Keller", Profile(languages=("de", "en"), teams=("service", "tech"))),
    _Colleague("ines", "Ines Vogt", Profile(capacity=0), role="supervisor"),
)


async def seed(
    accounts: AccountStore,
    routing: RoutingStore,
    hash_: Callable[[str], Awaitable[str]],
    password: str,
) -> None:
    """Make what is missing; the passwords of demo accounts are set anew."""
    if not await routing.teams():
        for team in TEAMS:
            await routing.put_team(team, by=BY)
    for one in COLLEAGUES:
        held = await accounts.account(one.login)
        if held is not None and not held.demo:
            continue
        hashed = await hash_(password)
        await accounts.save_account(Account(one.login, one.name, hashed, demo=True, role=one.role))
        if held is None:
            await routing.put_profile(one.login, one.profile, by=BY)
