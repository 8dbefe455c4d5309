"""How what supervisors see and set is put together, for the composition root (`handoff.app`).

Invariant: nothing is opened or started here; what is made stands on what the root has opened.
"""

from handoff.adapters.sql.accounts import SqlAccounts
from handoff.adapters.sql.audit import SqlAudit
from handoff.adapters.sql.board import SqlBoard
from handoff.adapters.sql.desk_settings import SqlDeskSettings
from handoff.adapters.sql.limits import SqlLimits
from handoff.adapters.sql.reports import SqlReports
from handoff.adapters.sql.routing import SqlRouting
from handoff.adapters.sql.store import SqlStore
from handoff.desk.reports.reading import Reports
from handoff.desk.reports.watching import Watching
from handoff.desk.settings import DeskSettings
from handoff.desk.settings.shapes import LimitsShape
from handoff.settings import Settings
from handoff.web.passwords import Passwords
from handoff.web.services import Supervision


def make_limits(settings: Settings, store: SqlStore) -> SqlLimits:
    """What agents give by themselves: as a supervisor set it, else as the environment says."""
    first = LimitsShape(
        agent_credit=settings.desk_credit_minor,
        agent_refund=settings.desk_refund_minor,
        supervisor_credit=settings.desk_supervisor_credit_minor,
        supervisor_refund=settings.desk_supervisor_refund_minor,
        approvers=settings.desk_approvers,
        open_hours=settings.desk_approval_hours,
    )
    return SqlLimits(store, first)


def make_supervision(
    settings: Settings, store: SqlStore, accounts: SqlAccounts, passwords: Passwords
) -> Supervision:
    """Reports in the desk's zone, the live board, the audit, and what supervisors set."""
    routing, audit = SqlRouting(store), SqlAudit(store)
    reports = Reports(
        SqlReports(store), zone=settings.desk_zone, rules=routing.rules, teams=routing.teams
    )
    return Supervision(
        reports=reports,
        watching=Watching(routing.look, SqlBoard(store), reports, zone=settings.desk_zone),
        audit=audit,
        told=audit.write,
        settings=DeskSettings(
            routing,
            accounts,
            SqlDeskSettings(store),
            limits=make_limits(settings, store),
            passwords=passwords.hash,
            audit=audit.write,
        ),
        zone=settings.desk_zone,
    )
