"""The composition root of the gateway: the only module that knows every part.

Read `create_app` first. Invariants: nothing is opened before the application starts and everything is
closed when it ends, in the opposite order; loops are supervised, and a loop that dies closes what depends
on it; demo accounts are made in development only.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import httpx
import structlog
from fastapi import FastAPI

from handoff.adapters.memory_hints import MemoryHints
from handoff.adapters.rasa import RasaBot, open_rasa
from handoff.adapters.redis_hints import RedisHints
from handoff.adapters.sql.accounts import SqlAccounts
from handoff.adapters.sql.retention import SqlRetention
from handoff.adapters.sql.store import SqlStore, open_store
from handoff.conversations.flow import Flow
from handoff.conversations.storage import Timing
from handoff.desk.approvals.acting import Actions
from handoff.desk.forgetting import Forgetting
from handoff.desk.hours import Hours
from handoff.desk.payment_events import PaymentEvents
from handoff.desk.promises.desk import Owed
from handoff.desk.routing.dates import BusinessDates
from handoff.desk.routing.desk import Routing
from handoff.desk.rules import Rules
from handoff.desk.snapshots.keeping import Snapshots
from handoff.desk.subscribers import SubscriberDesk
from handoff.garbage import rarely_collected
from handoff.jobs import LEASE_SWEEP_SECONDS, BotTurns, Repeated
from handoff.settings import Settings
from handoff.supervising import make_supervision
from handoff.web import desk_settings, errors
from handoff.web.connection import Hangup
from handoff.web.draining import Draining
from handoff.web.headers import SecurityHeaders
from handoff.web.host_token import HostTokens
from handoff.web.inbox import InboxBoard
from handoff.web.limits import Limits
from handoff.web.passwords import Passwords
from handoff.web.probes import Probe
from handoff.web.routes import ROUTERS
from handoff.web.services import Presence, Services
from handoff.web.sockets import Side, Sockets
from handoff.web.standings import Standings
from handoff.web.supervision import Loop, Supervisor
from handoff.web.switchboard import Switchboard
from handoff.wiring import (
    desk_loops,
    forgetting_loops,
    make_actions,
    make_health,
    make_host_site,
    make_links,
    make_owed,
    make_pages,
    make_routing,
    make_sign_ins,
    make_simulated_pages,
    make_snapshots,
    make_work,
    owed_loops,
    read_articles,
    report_loops,
    routing_loops,
    seed_demo,
    work_loops,
)
from subscriptions import utc_now
from subscriptions.connecting import open_business, read_limits
from subscriptions.port import Business
from subscriptions.provider import PaymentProvider

log = structlog.get_logger(__name__)

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "webchat" / "dist"
ARTICLES = ROOT / "data" / "knowledge"
Clock = Callable[[], datetime]


class _Parts(NamedTuple):
    """What was opened and must be closed."""

    store: SqlStore
    hints: MemoryHints | RedisHints
    bot: RasaBot
    http: httpx.AsyncClient
    business: Business
    provider: PaymentProvider


def create_app(
    settings: Settings, *, dist: Path = DIST, limits: Limits | None = None, clock: Clock = utc_now
) -> FastAPI:
    """The gateway as an ASGI application; its lifespan opens and closes everything."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as closing:
            parts = await _open(settings, closing, clock)
            supervisor, web = _wire(settings, parts, dist=dist, limits=limits, clock=clock)
            app.state.services = web
            await seed_demo(settings, web)
            supervisor.start()
            closing.push_async_callback(supervisor.stop)
            closing.callback(web.sockets.close_all, Hangup(errors.RESTART))
            closing.enter_context(rarely_collected())
            log.info("gateway_started", mode=settings.business.mode)
            yield

    app = FastAPI(
        title="Abolotse gateway",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    errors.install(app)
    desk_settings.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(errors.LastResort)
    app.add_middleware(SecurityHeaders, https=not settings.development)
    return app


async def _open(settings: Settings, closing: AsyncExitStack, clock: Clock) -> _Parts:
    store = open_store(settings.database_url)
    closing.callback(store.close)
    connections = settings.business.connections(clock)
    business = open_business(settings.business, clock, connections)
    closing.callback(business.close)
    bot = open_rasa(
        *settings.rasa_url,
        token=settings.rasa_token.get_secret_value(),
        home=settings.business.public_address,
        link_hosts=settings.link_hosts,
    )
    closing.push_async_callback(bot.close)
    http = httpx.AsyncClient(timeout=2.0, trust_env=False)
    closing.push_async_callback(http.aclose)
    hints = RedisHints(settings.redis_url) if settings.redis_url else MemoryHints()
    return _Parts(store, hints, bot, http, business, connections.provider)


class _Core(NamedTuple):
    """What lives between the database and the routes."""

    flow: Flow
    sockets: Sockets
    switchboard: Switchboard
    inbox: InboxBoard
    turns: BotTurns
    subscribers: SubscriberDesk
    snapshots: Snapshots
    actions: Actions
    standings: Standings
    routing: Routing
    owed: Owed


def _core(settings: Settings, parts: _Parts, clock: Clock) -> _Core:
    hours = Hours(opens=settings.desk_opens, closes=settings.desk_closes, zone=settings.desk_zone)
    timing, pages = Timing(lease=timedelta(seconds=settings.agent_grace)), make_pages(settings)
    flow = Flow(parts.store, parts.hints, desk=Rules(hours=hours, pages=pages), timing=timing)
    switchboard, standings = Switchboard(parts.hints, flow), Standings()
    subscribers, dates = SubscriberDesk(parts.business), BusinessDates(parts.business, clock)
    routing = make_routing(parts.store, parts.hints, dates, standings)
    return _Core(
        flow=flow,
        sockets=Sockets(),
        switchboard=switchboard,
        inbox=InboxBoard(flow, switchboard),
        turns=BotTurns(flow, parts.bot, parts.hints),
        subscribers=subscribers,
        snapshots=make_snapshots(parts.store, subscribers),
        actions=make_actions(
            settings, parts.store, flow=flow, business=parts.business, clock=clock
        ),
        standings=standings,
        routing=routing,
        owed=make_owed(settings, parts.store, flow=flow, routing=routing, clock=clock),
    )


def _wire(
    settings: Settings, parts: _Parts, *, dist: Path, limits: Limits | None, clock: Clock
) -> tuple[Supervisor, Services]:
    core = _core(settings, parts, clock)
    supervisor = Supervisor([*_feeding(parts, core), *_jobs(settings, parts, core, clock)])
    accounts, passwords = SqlAccounts(parts.store), Passwords()
    site = make_host_site(settings)
    web = Services(
        development=settings.development,
        origins=frozenset(settings.allowed_origins),
        dist=dist,
        clock=clock,
        flow=core.flow,
        hints=parts.hints,
        subscribers=core.subscribers,
        work=make_work(settings, parts.store, core.flow, clock),
        snapshots=core.snapshots,
        actions=core.actions,
        payment_events=PaymentEvents(parts.business).receive,
        simulated_pages=make_simulated_pages(settings, parts.provider, parts.business, clock),
        links=make_links(settings, parts.store, core.flow, parts.business),
        informal=settings.business.informal,
        knowledge=read_articles(settings, ARTICLES),
        accounts=accounts,
        sign_ins=make_sign_ins(settings, accounts, clock),
        presence=Presence(settings.agent_grace, settings.agent_idle),
        routing=core.routing,
        supervision=make_supervision(settings, parts.store, accounts, passwords),
        standings=core.standings,
        owed=core.owed,
        passwords=passwords,
        host_site=site,
        host_kid=settings.host_site_kid,
        host_tokens=HostTokens(site, spend=accounts.spend_token, clock=clock),
        limits=limits or Limits(),
        sockets=core.sockets,
        draining=Draining(core.sockets, core.turns.leave),
        switchboard=core.switchboard,
        inbox=core.inbox,
        health=make_health(settings.actions_url, parts.http, supervisor, _probes(parts)),
    )
    return supervisor, web


def _feeding(parts: _Parts, core: _Core) -> list[Loop]:
    """What feeds the sockets, and what must close when it dies."""

    def close(side: Side | None = None) -> Callable[[], None]:
        return lambda: core.sockets.close_all(Hangup(errors.BROKEN), side=side)

    return [
        Loop("hints", parts.hints.run),
        Loop("switchboard", core.switchboard.run, close()),
        Loop("sweep", core.switchboard.sweep, close()),
        Loop("inbox", core.inbox.run, close("agent")),
    ]


def _jobs(settings: Settings, parts: _Parts, core: _Core, clock: Clock) -> list[Loop]:
    """What is done when it is due, on every node."""
    days = read_limits(settings.business.limits).transcripts_kept_days
    return [
        Loop("bot_turns", core.turns.run),
        Loop(
            "lease_sweep",
            Repeated("lease_sweep", core.flow.sweep_leases, every=LEASE_SWEEP_SECONDS).run,
        ),
        *forgetting_loops(
            Forgetting(
                SqlRetention(parts.store), parts.business, parts.bot.forget, days=days, clock=clock
            )
        ),
        *desk_loops(core.actions, core.snapshots),
        *routing_loops(core.routing, parts.hints),
        *owed_loops(core.owed, core.flow, parts.business),
        *report_loops(parts.store),
        *work_loops(parts.store, parts.hints),
    ]


def _probes(parts: _Parts) -> dict[str, Probe]:
    redis = {"redis": parts.hints.ready} if isinstance(parts.hints, RedisHints) else {}
    return {"database": parts.store.ready, "rasa": parts.bot.ready, **redis}
