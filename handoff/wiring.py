"""How the desk's own parts are put together, for the composition root (`handoff.app`).

Invariant: nothing is opened or started here; what is made stands on what the root has opened.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import httpx
from joserfc.jwk import OctKey

from handoff.adapters.pictures import redrawn
from handoff.adapters.sql.accounts import SqlAccounts
from handoff.adapters.sql.aftercare import SqlAftercare
from handoff.adapters.sql.approvals import SqlActions
from handoff.adapters.sql.files import SqlFiles
from handoff.adapters.sql.indexing import SqlIndexing
from handoff.adapters.sql.labels import SqlLabels
from handoff.adapters.sql.own_chats import SqlOwnChats
from handoff.adapters.sql.promises import SqlPromises
from handoff.adapters.sql.replies import SqlReplies
from handoff.adapters.sql.reports import SqlReports
from handoff.adapters.sql.routing import SqlRouting
from handoff.adapters.sql.search import SqlSearch
from handoff.adapters.sql.snapshots import SqlSnapshots
from handoff.adapters.sql.store import SqlStore
from handoff.adapters.sql.turn_labels import SqlTurnLabels
from handoff.conversations.flow import Flow
from handoff.conversations.ports import Hints
from handoff.desk import demo as desk_demo
from handoff.desk.approvals.acting import Actions
from handoff.desk.approvals.carrying import House
from handoff.desk.approvals.sweeping import sweep
from handoff.desk.forgetting import Forgetting
from handoff.desk.links import Links
from handoff.desk.own_chats import OwnChats
from handoff.desk.promises.desk import Owed
from handoff.desk.promises.keeping import Keeping
from handoff.desk.promises.line import Line
from handoff.desk.promises.settled import SettledMatters
from handoff.desk.promises.signing import Pages
from handoff.desk.promises.transcripts import Transcripts
from handoff.desk.routing.dates import BusinessDates
from handoff.desk.routing.desk import Routing
from handoff.desk.sign_in import SignIns
from handoff.desk.simulated_pages import SimulatedPages
from handoff.desk.snapshots.keeping import Snapshots
from handoff.desk.subscribers import SubscriberDesk
from handoff.desk.work.catching_up import CatchingUp
from handoff.desk.work.desk import Work
from handoff.desk.work.files import FileSender, Signed
from handoff.desk.work.seeds import read_seeds
from handoff.jobs import Repeated, RoutingSweep
from handoff.knowledge import Knowledge, read_knowledge
from handoff.settings import Settings
from handoff.supervising import make_limits
from handoff.web.host_token import HostSite
from handoff.web.probes import Health, Probe
from handoff.web.services import Services
from handoff.web.standings import Standings
from handoff.web.supervision import Loop, Supervisor
from subscriptions import Subscriptions
from subscriptions.policy.seller import read_seller
from subscriptions.port import Business
from subscriptions.provider import PaymentProvider, SimulatedProvider

SNAPSHOT_SECONDS = 1.0
OVERDUE_SECONDS, ELSEWHERE_SECONDS = 5.0, 30.0
LEFT_SECONDS, TALK_SECONDS, TRANSCRIPT_SECONDS = 15.0, 30.0, 2.0
MEASURED_DAYS = 7
ACTION_SECONDS = 2.0
DATE_SECONDS = 1.0
FORGETTING_SECONDS, ERASED_SECONDS = 600.0, 60.0
FACT_SECONDS = 30.0
WORK_SEEDS = Path(__file__).resolve().parent.parent / "data" / "seed" / "replies.yml"


def make_work(
    settings: Settings, store: SqlStore, sender: FileSender, clock: Callable[[], datetime]
) -> Work:
    """What agents work with beside the chats."""
    return Work(
        replies=SqlReplies(store),
        labels=SqlLabels(store),
        turns=SqlTurnLabels(store),
        search=SqlSearch(store),
        files=SqlFiles(store),
        sender=sender,
        redraw=redrawn,
        signed=Signed(settings.session_secret.get_secret_value(), clock),
    )


def work_loops(store: SqlStore, hints: Hints) -> list[Loop]:
    """What is made from the logs behind them, on every node."""
    return [Loop("catching_up", CatchingUp(SqlIndexing(store), hints).run)]


async def seed_demo(settings: Settings, web: Services) -> None:
    """People, teams, saved replies and labels for the demo, with the password the operator chose; never in production."""
    password = settings.demo_password.get_secret_value()
    if not (settings.development and password):
        return
    await desk_demo.seed(web.accounts, web.routing.store, web.passwords.hash, password)
    replies, labels = read_seeds(WORK_SEEDS)
    await web.work.replies.first_replies(replies)
    await web.work.labels.first_labels(labels)


def make_snapshots(store: SqlStore, subscribers: SubscriberDesk) -> Snapshots:
    """The views of handed over cases."""
    return Snapshots(SqlSnapshots(store), subscribers)


def make_actions(
    settings: Settings,
    store: SqlStore,
    *,
    flow: Flow,
    business: Business,
    clock: Callable[[], datetime],
) -> Actions:
    """What agents do from the 360° view, under the limits in force."""
    secret = settings.session_secret.get_secret_value()
    limits = make_limits(settings, store)
    return Actions(House(business, flow, SqlActions(store), limits.in_force, clock, secret))


def make_links(settings: Settings, store: SqlStore, flow: Flow, business: Business) -> Links:
    """What is behind links, in the seller's name."""
    chats = OwnChats(SqlOwnChats(store), flow)
    return Links(business, read_seller(settings.business.seller).name, chats.of)


def make_pages(settings: Settings) -> Pages:
    """Signed addresses of transcripts and comments."""
    secret = settings.session_secret.get_secret_value()
    return Pages(settings.business.public_address, secret)


def make_owed(
    settings: Settings,
    store: SqlStore,
    *,
    flow: Flow,
    routing: Routing,
    clock: Callable[[], datetime],
) -> Owed:
    """What is owed to subscribers, and what they are told about it."""
    promises = SqlPromises(store)
    return Owed(
        promises,
        SqlAftercare(store),
        Line(routing.store.look, lambda: promises.handled(MEASURED_DAYS)),
        make_pages(settings),
        reads=flow,
        clock=clock,
        informal=settings.business.informal,
    )


def owed_loops(owed: Owed, flow: Flow, business: Business) -> list[Loop]:
    """What is due about promises, questions and transcripts, on every node."""
    keeping = Keeping(owed.promises, business)
    settled = SettledMatters(owed.aftercare, business, flow.ask_settled)
    transcripts = Transcripts(owed.aftercare, business, flow, owed.pages)
    repeated = {
        "promises_overdue": (owed.promises.break_overdue, OVERDUE_SECONDS),
        "promises_elsewhere": (keeping.look, ELSEWHERE_SECONDS),
        "left_half_way": (flow.sweep_wishes, LEFT_SECONDS),
        "settled_matters": (settled.look, LEFT_SECONDS),
        "talks_over": (flow.sweep_talks, TALK_SECONDS),
        "transcripts": (lambda: transcripts.send(owed.clock), TRANSCRIPT_SECONDS),
    }
    return [
        Loop(name, Repeated(name, step, every=every).run)
        for name, (step, every) in repeated.items()
    ]


def make_routing(
    store: SqlStore, hints: Hints, dates: BusinessDates, standings: Standings
) -> Routing:
    """The line, whose sweeps also tell agents how they stand."""
    return Routing(SqlRouting(store), hints, dates, show=standings.show)


def routing_loops(routing: Routing, hints: Hints) -> list[Loop]:
    """What keeps every waiting chat offered, on every node."""
    return [
        Loop("routing", RoutingSweep(routing, hints).run),
        Loop("routing_dates", Repeated("routing_dates", routing.date, every=DATE_SECONDS).run),
    ]


def desk_loops(actions: Actions, snapshots: Snapshots) -> list[Loop]:
    """What of it is done when it is due, on every node."""
    return [
        Loop("snapshots", Repeated("snapshots", snapshots.take, every=SNAPSHOT_SECONDS).run),
        Loop("actions", Repeated("actions", lambda: sweep(actions), every=ACTION_SECONDS).run),
    ]


def forgetting_loops(forgetting: Forgetting) -> list[Loop]:
    """What makes chats go whose time is over or whose subscriber was erased, here and at the assistant."""
    steps = {
        "forgetting": (forgetting.old, FORGETTING_SECONDS),
        "erased": (forgetting.erased, ERASED_SECONDS),
        "forgotten_elsewhere": (forgetting.elsewhere, ERASED_SECONDS),
    }
    return [
        Loop(name, Repeated(name, step, every=every).run) for name, (step, every) in steps.items()
    ]


def report_loops(store: SqlStore) -> list[Loop]:
    """What turns the log into facts, on every node."""
    facts = SqlReports(store)

    async def catch_up() -> int:
        # All there is in one go: however much it was, the next time is later.
        await facts.catch_up()
        return 0

    return [Loop("facts", Repeated("facts", catch_up, every=FACT_SECONDS).run)]


def read_articles(settings: Settings, folder: Path) -> Knowledge:
    """The knowledge articles, with the operator's numbers and form of address."""
    business = settings.business
    return read_knowledge(folder, business.facts(), informal=business.informal)


def make_host_site(settings: Settings) -> HostSite:
    """The site whose tokens say who visits."""
    key = OctKey.import_key(settings.host_site_secret.get_secret_value())
    return HostSite(issuer=settings.host_site_issuer, keys={settings.host_site_kid: key})


def make_sign_ins(
    settings: Settings, accounts: SqlAccounts, clock: Callable[[], datetime]
) -> SignIns:
    """Sessions of agents."""
    secret = settings.session_secret.get_secret_value()
    return SignIns(accounts, secret=secret, clock=clock, demo_allowed=settings.development)


def make_simulated_pages(
    settings: Settings,
    provider: PaymentProvider,
    business: Business,
    clock: Callable[[], datetime],
) -> SimulatedPages | None:
    """The simulator's pages; without a secret to sign with they could not do anything."""
    if not (settings.development and isinstance(provider, SimulatedProvider) and provider.secret):
        return None
    if not isinstance(business, Subscriptions):
        return None
    back = settings.business.payment_return_url or "/"
    return SimulatedPages(business, provider, clock, back)


def make_health(
    actions_url: str, http: httpx.AsyncClient, supervisor: Supervisor, probes: dict[str, Probe]
) -> Health:
    """What readiness asks: these, the action server and our own tasks."""

    async def actions() -> bool:
        answer = await http.get(f"{actions_url}/health")
        return answer.status_code == httpx.codes.OK

    return Health({**probes, "actions": actions, "tasks": supervisor.all_up})
