"""What supervisors word for the desk, replies and labels alike: kept, replaced, put aside."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from handoff.desk.work.wording import Kept


def keep(
    db: sa.Connection,
    table: sa.Table,
    row: Mapping[str, Any],
    *,
    seen: Mapping[str, Any] | None,
    most: int,
) -> Kept:
    """Add or replace by `id`: `full` when there is no room for one more, `changed` when what was seen is not there any more."""
    held = db.execute(sa.select(table).where(table.c.id == row["id"]).with_for_update()).first()
    if held is None:
        count = sa.select(sa.func.count()).select_from(table)
        if db.execute(count).scalar_one() >= most:
            return "full"
        db.execute(table.insert().values(row))
    elif seen is not None and any(held._mapping[name] != value for name, value in seen.items()):
        return "changed"
    else:
        db.execute(table.update().where(table.c.id == row["id"]).values(row))
    return "kept"


def put_aside(db: sa.Connection, table: sa.Table, id: str, at: object | None) -> bool:  # noqa: A002
    """Archive it then, or with None take it back; False when there is none."""
    change = table.update().where(table.c.id == id).values(archived_at=at)
    return db.execute(change).rowcount > 0
