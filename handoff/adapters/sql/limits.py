"""The limits of agents' actions (`desk.settings.changing.LimitStore`): as a supervisor set them, else as the operator started.

Invariants: a change is stored with its audit entry, and only on what its maker saw; what cannot be read counts as not set.
"""

import sqlalchemy as sa
import structlog
from pydantic import ValidationError

from handoff.adapters.sql import tables_routing as r
from handoff.adapters.sql.audit import record
from handoff.adapters.sql.store import SqlStore
from handoff.adapters.sql.upsert import insert
from handoff.desk.approvals.limits import Limits
from handoff.desk.audit import entry
from handoff.desk.settings.shapes import LimitsShape

ACTIONS = "actions"

log = structlog.get_logger(__name__)
_d = r.desk_rule.c


class SqlLimits:
    """The limits; `first` are those of the operator's environment, which hold until somebody sets others."""

    def __init__(self, store: SqlStore, first: LimitsShape) -> None:
        self._store, self._first = store, first

    async def in_force(self) -> Limits:
        """As actions know them."""
        return (await self.shape()).limits

    async def shape(self) -> LimitsShape:
        """As settings know them."""
        return await self._store.ask(lambda db: self._of(db.execute(_held()).scalar_one_or_none()))

    async def replace(self, value: LimitsShape, seen: LimitsShape, *, by: str) -> bool:
        """Put others in force; False when those that were seen are not in force any more."""

        def work(db: sa.Connection) -> bool:
            held = db.execute(_held().with_for_update()).scalar_one_or_none()
            if self._of(held) != seen:
                return False
            new = value.model_dump(mode="json")
            if held is None:
                row = {"name": ACTIONS, "value": new}
                added = insert(db, r.desk_rule).values(row).on_conflict_do_nothing()
                if db.execute(added.returning(_d.name)).first() is None:
                    return False  # somebody else was the first
            else:
                db.execute(r.desk_rule.update().where(_d.name == ACTIONS).values(value=new))
            told = entry(by, "action_limits_set", was=seen.model_dump(mode="json"), **new)
            record(db, told, at=self._store.clock(db))
            return True

        return await self._store.change(work)

    def _of(self, held: object) -> LimitsShape:
        try:
            return self._first if held is None else LimitsShape.model_validate(held)
        except ValidationError:
            log.error("action_limits_unreadable")
            return self._first


def _held() -> sa.Select[tuple[object]]:
    return sa.select(_d.value).where(_d.name == ACTIONS)
