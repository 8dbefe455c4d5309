"""What the routes and sockets work with; made once by `handoff.app` and found on the application's state."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fastapi import Request
from starlette.websockets import WebSocket

from handoff.conversations.ports import ConversationFlow, Hints
from handoff.desk.approvals.acting import Actions
from handoff.desk.audit import AuditReading, Entry
from handoff.desk.links import Links
from handoff.desk.promises.desk import Owed
from handoff.desk.reports.reading import Reports
from handoff.desk.reports.watching import Watching
from handoff.desk.routing.desk import Routing
from handoff.desk.settings import DeskSettings
from handoff.desk.sign_in import AccountStore, SignIns
from handoff.desk.simulated_pages import SimulatedPages
from handoff.desk.snapshots.keeping import Snapshots
from handoff.desk.subscribers import SubscriberDesk
from handoff.desk.work.desk import Work
from handoff.knowledge import Knowledge
from handoff.web.draining import Draining
from handoff.web.host_token import HostSite, HostTokens
from handoff.web.inbox import InboxBoard
from handoff.web.limits import Limits
from handoff.web.passwords import Passwords
from handoff.web.probes import Health
from handoff.web.sockets import Sockets
from handoff.web.standings import Standings
from handoff.web.switchboard import Switchboard


@dataclass(frozen=True, slots=True)
class Presence:
    """When an agent counts as gone, in seconds: after the last sign of the console, and of somebody at it."""

    grace: int = 45
    idle: int = 900


@dataclass(frozen=True, slots=True)
class Supervision:
    """What supervisors look at and set; `told` writes what they took into the audit; `zone`: whose days they mean."""

    reports: Reports
    watching: Watching
    audit: AuditReading
    told: Callable[[Entry], Awaitable[None]]
    settings: DeskSettings
    zone: str


@dataclass(frozen=True, slots=True)
class Services:
    """Everything of one gateway process."""

    development: bool
    origins: frozenset[str]
    dist: Path
    clock: Callable[[], datetime]
    flow: ConversationFlow
    hints: Hints
    subscribers: SubscriberDesk
    work: Work
    snapshots: Snapshots
    actions: Actions
    payment_events: Callable[[str, Mapping[str, str], bytes], Awaitable[bool]]
    simulated_pages: SimulatedPages | None  # in development with the simulator only
    links: Links
    informal: bool  # whether German says "du" to subscribers
    knowledge: Knowledge
    accounts: AccountStore
    sign_ins: SignIns
    presence: Presence
    routing: Routing
    supervision: Supervision
    owed: Owed
    standings: Standings
    passwords: Passwords
    host_site: HostSite
    host_kid: str
    host_tokens: HostTokens
    limits: Limits
    sockets: Sockets
    draining: Draining
    switchboard: Switchboard
    inbox: InboxBoard
    health: Health


def services(connection: Request | WebSocket) -> Services:
    """The services of the application that serves this request or socket."""
    found: Services = connection.app.state.services
    return found


def http_services(request: Request) -> Services:
    """`services` as a dependency of routes."""
    return services(request)
