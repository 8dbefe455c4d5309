"""How far an import came: one row for each file, by the fingerprint of its content."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from subscriptions.store import tables as t
from subscriptions.store.write import insert_if_absent


@dataclass(frozen=True, slots=True)
class Progress:
    """The last line that is dealt with, and how many rows were kept and refused until there."""

    id: str
    line: int
    kept: int
    refused: int
    begun_at: datetime
    done_at: datetime | None = None


def begin(db: Connection, fingerprint: str, at: datetime) -> Progress:
    """The progress of a file, locked; a new one at its beginning."""
    new = Progress(fingerprint, 0, 0, 0, at)
    insert_if_absent(db, t.imports, asdict(new))
    query = select(t.imports).where(t.imports.c.id == fingerprint).with_for_update()
    return Progress(**db.execute(query).one()._mapping)


def store(db: Connection, progress: Progress) -> None:
    """Store how far it came."""
    db.execute(update(t.imports).where(t.imports.c.id == progress.id).values(asdict(progress)))
