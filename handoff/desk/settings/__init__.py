"""What a supervisor sets in the browser: the rules of routing, the limits of actions, teams with their hours, agents and what they are asked for.

May import `handoff.desk.routing`, `handoff.desk.approvals.limits`, `handoff.desk.accounts`, `handoff.desk.audit`, the leaves; knows no database and no framework.
Invariants: a change names the version it was made on and is refused when another one came first; every change is audited; no
password is stored or read here, a start password is said once; nobody takes the supervisor's rights from themselves.
"""

from handoff.desk.settings.changing import DeskSettings, SettingsRefused

__all__ = ["DeskSettings", "SettingsRefused"]
