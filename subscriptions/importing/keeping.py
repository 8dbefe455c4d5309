"""Storing an import in batches, each with its progress in one transaction, and reporting what was refused.

Invariants: a batch and how far it came are stored together; the report holds exactly the refused rows up
to there, whenever the import was interrupted; a refused row leaves nothing behind.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import Connection, Engine, exc
from tqdm import tqdm

from subscriptions.errors import SubscriptionError
from subscriptions.importing.reading import Record, fingerprint, records
from subscriptions.importing.report import RefusedRows
from subscriptions.importing.rows import COLUMNS, COMPULSORY, ImportRow
from subscriptions.policy.calendar import business_date
from subscriptions.store import accounts, addresses, audit, contracts, customers, imports
from subscriptions.store.engine import writing

BATCH = 500


class _RowError(Exception):
    """Why one row cannot be stored."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file. `resumed_after` is the line an earlier run had reached, 0 for a new file."""

    kept: int
    refused: int
    resumed_after: int
    refused_rows: Path

    def sentence(self) -> str:
        """For the operator."""
        head = f"import: {self.kept} customers stored, {self.refused} rows refused"
        if self.resumed_after:
            head += f" (went on after line {self.resumed_after})"
        return f"{head}; the refused ones: {self.refused_rows}" if self.refused else head


def import_customers(
    engine: Engine, path: Path, now: datetime, *, progress: bool = False
) -> ImportReport:
    """Store the customers of a file; what an earlier run of the same content stored is not read again.

    Raises ImportRefusedError for a file that cannot be taken as a whole, STORE_UNAVAILABLE when the
    database does not serve: then everything up to the last batch is kept, and the next run goes on.
    """
    found = records(path, COLUMNS, COMPULSORY)
    first = list(
        islice(found, 1)
    )  # a file that cannot be taken is refused before anything is stored
    with writing(engine) as db:
        state = imports.begin(db, fingerprint(path), now)
    resumed = state.line
    refused = RefusedRows(path.with_name(f"{path.name}.refused.csv"))
    refused.keep_until(resumed)
    with tqdm(unit=" rows", disable=not progress, initial=state.kept + state.refused) as bar:
        for batch in _batches(record for record in chain(first, found) if record.line > resumed):
            state = _keep(engine, batch, state, (refused, now))
            bar.update(len(batch))
    with writing(engine) as db:
        imports.store(db, replace(state, done_at=now))
    return ImportReport(state.kept, state.refused, resumed, refused.path)


def _batches(found: Iterable[Record]) -> Iterator[list[Record]]:
    rest = iter(found)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _keep(
    engine: Engine,
    batch: list[Record],
    state: imports.Progress,
    way: tuple[RefusedRows, datetime],
) -> imports.Progress:
    """One batch in one transaction; its refused rows are on disk before it is committed."""
    report, now = way
    with writing(engine) as db:
        problems = [(record.line, _problem(db, record, now)) for record in batch]
        refused = [(line, reason) for line, reason in problems if reason is not None]
        report.add(refused)
        after = replace(
            state,
            line=batch[-1].line,
            kept=state.kept + len(batch) - len(refused),
            refused=state.refused + len(refused),
        )
        imports.store(db, after)
        facts: audit.Facts = {"import": state.id[:12], "line": after.line, "kept": after.kept}
        audit.append(db, audit.Entry(now, "import", "importing.batch", None, facts))
    return after


def _problem(db: Connection, record: Record, now: datetime) -> str | None:
    """Store a record, or say why it cannot be stored."""
    if record.problem is not None:
        return record.problem
    try:
        row = ImportRow.model_validate(dict(record.values))
        with db.begin_nested():
            _store(db, row, business_date(now))
    except ValidationError as error:
        return _first(error)
    except _RowError as error:
        return str(error)
    except exc.IntegrityError:
        return "a reference in this row exists already (mandate or contract)"
    return None


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, by column; never the value, which may be anything."""
    wrong = error.errors(include_input=False, include_url=False)[0]
    column = ".".join(str(part) for part in wrong["loc"])
    reason = wrong["msg"].removeprefix("Value error, ")
    return f"{column}: {reason}" if column else reason


def _store(db: Connection, row: ImportRow, today: date) -> None:
    _refuse_known(db, row)
    customers.add(db, row.customer())
    accounts.of_holder(db, row.number)
    if address := row.postal():
        addresses.add(db, address)
    if way := row.way_to_pay(today):
        customers.add_method(db, *way)
    contracts.add(db, row.contract())


def _refuse_known(db: Connection, row: ImportRow) -> None:
    if customers.exists(db, row.number):
        raise _RowError("number: this customer exists already")
    if customers.by_email(db, row.email) is not None:
        raise _RowError("email: belongs to another customer")
    try:
        contracts.plan(db, row.plan)
    except SubscriptionError:
        raise _RowError("plan: is not in the catalogue") from None
