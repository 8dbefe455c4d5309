"""Whether stored data contradict themselves: states, sums, payments, references, logs."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from itertools import pairwise
from typing import Any

from sqlalchemy import Engine, select

from subscriptions.entities.attempts import AttemptState
from subscriptions.entities.cases import CallbackState, CaseState
from subscriptions.entities.contracts import SUBSCRIPTION_STEPS
from subscriptions.entities.holds import HoldKind
from subscriptions.entities.invoices import InvoiceLifecycle, InvoiceStatus
from subscriptions.entities.methods import MandateState, MethodKind
from subscriptions.entities.pauses import PauseState
from subscriptions.entities.payments import PaymentSource, PaymentState
from subscriptions.entities.promises import PromiseState
from subscriptions.entities.refunds import RefundReason, RefundState
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.delivery import DeliveryState, SuspensionKind, SuspensionState
from subscriptions.model.dunning import DunningState
from subscriptions.model.payments import FailureClass, PaymentRequestState
from subscriptions.store import tables as t
from subscriptions.store.engine import reading

Rows = Mapping[str, list[dict[str, Any]]]
OWING = {SubscriptionState.PAST_DUE.value, SubscriptionState.SUSPENDED.value}
UNPAID = {InvoiceStatus.OPEN.value, InvoiceStatus.FAILED.value}
# What each column may hold.
WORDS: Mapping[str, type[StrEnum]] = {
    "subscriptions.state": SubscriptionState,
    "subscription_events.state": SubscriptionState,
    "invoices.status": InvoiceStatus,
    "invoices.lifecycle": InvoiceLifecycle,
    "attempts.state": AttemptState,
    "attempts.kind": MethodKind,
    "attempts.failure_class": FailureClass,
    "payments.state": PaymentState,
    "payments.source": PaymentSource,
    "payment_methods.kind": MethodKind,
    "mandates.state": MandateState,
    "pauses.state": PauseState,
    "promises.state": PromiseState,
    "refunds.state": RefundState,
    "refunds.reason": RefundReason,
    "credit_notes.reason": RefundReason,
    "payment_requests.state": PaymentRequestState,
    "dunning_cases.state": DunningState,
    "cases.state": CaseState,
    "callbacks.state": CallbackState,
    "holds.kind": HoldKind,
    "deliveries.state": DeliveryState,
    "suspensions.kind": SuspensionKind,
    "suspensions.state": SuspensionState,
}


def contradictions(engine: Engine) -> list[str]:
    """Everything that cannot be, as sentences; empty when all is well."""
    with reading(engine) as db:
        stored = {
            table.name: [dict(row._mapping) for row in db.execute(select(table))]
            for table in t.metadata.sorted_tables
        }
    return [found for check in CHECKS for found in check(stored)]


def by(rows: list[dict[str, Any]], column: str) -> Mapping[Any, list[dict[str, Any]]]:
    """Rows by the value of a column."""
    found: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def _words(stored: Rows) -> Iterator[str]:
    for place, kind in WORDS.items():
        table, column = place.split(".")
        allowed = {None, *(member.value for member in kind)}
        yield from (f"{place}: {r[column]}" for r in stored[table] if r[column] not in allowed)


def _sums(stored: Rows) -> Iterator[str]:
    lines = by(stored["invoice_lines"], "invoice")
    for invoice in stored["invoices"]:
        number = invoice["number"]
        if sum(line["amount_minor"] for line in lines[number]) != invoice["total_minor"]:
            yield f"{number}: the lines are not the total"
        if any(line["period_end"] <= line["period_start"] for line in lines[number]):
            yield f"{number}: a line without days"


def _payments(stored: Rows) -> Iterator[str]:
    paid, tried = by(stored["payments"], "invoice"), by(stored["attempts"], "invoice")
    for invoice in stored["invoices"]:
        number, status = invoice["number"], invoice["status"]
        received = [p for p in paid[number] if p["state"] == PaymentState.RECEIVED]
        amount = sum(p["amount_minor"] for p in received)
        if status == InvoiceStatus.PAID and amount < invoice["total_minor"]:
            yield f"{number}: paid without its payment"
        if status in UNPAID and received:
            yield f"{number}: {status} although money came"
        last = max(tried[number], key=lambda a: a["number"], default=None)
        if status == InvoiceStatus.FAILED and (last is None or not last["raw_code"]):
            yield f"{number}: failed without a failed attempt"
        if status == InvoiceStatus.PROCESSING and (
            last is None or last["state"] not in {"submitted", "unknown"}
        ):
            yield f"{number}: processing without a submitted attempt"
        if [a["number"] for a in tried[number]] != list(range(1, len(tried[number]) + 1)):
            yield f"{number}: attempts are not numbered in order"


def _contracts(stored: Rows) -> Iterator[str]:
    failed = {i["subscription"] for i in stored["invoices"] if i["status"] == InvoiceStatus.FAILED}
    for contract in stored["subscriptions"]:
        name, state = contract["id"], contract["state"]
        if (state in OWING) != (name in failed):
            yield f"{name}: {state}, failed invoice: {name in failed}"
        ending = {"cancel_scheduled", "ended", "withdrawn"}
        if (contract["ends_on"] is not None) != (state in ending):
            yield f"{name}: {state} with the end {contract['ends_on']}"
        if (state == "trialing") != (contract["trial_ends_on"] is not None):
            yield f"{name}: {state} with a trial until {contract['trial_ends_on']}"
        if (state == "paused") != (name in _paused(stored)):
            yield f"{name}: {state} without its pause"


def _paused(stored: Rows) -> set[str]:
    return {p["subscription"] for p in stored["pauses"] if p["state"] == PauseState.RUNNING}


def _logs(stored: Rows) -> Iterator[str]:
    """Each entry is a step that the one before allows, and the last is the state of the contract."""
    events = by(stored["subscription_events"], "subscription")
    for contract in stored["subscriptions"]:
        log = sorted(events[contract["id"]], key=lambda e: e["seq"])
        states = [SubscriptionState(entry["state"]) for entry in log]
        if states and states[-1].value != contract["state"]:
            yield f"{contract['id']}: the log ends {states[-1]}, the contract is {contract['state']}"
        for old, new in pairwise(states):
            if old is not new and new not in SUBSCRIPTION_STEPS[old]:
                yield f"{contract['id']}: {old} to {new}"
        if [e["at"] for e in log] != sorted(e["at"] for e in log):
            yield f"{contract['id']}: the log goes back in time"


def _references(stored: Rows) -> Iterator[str]:
    """What is named without a foreign key is there: accounts, invoices in lists, cases of holds."""
    invoices = {i["number"] for i in stored["invoices"]}
    cases = {c["number"] for c in stored["cases"]}
    accounts = {a["id"] for a in stored["accounts"]}
    for table in ("promises", "payment_requests", "instalments"):
        for row in stored[table]:
            yield from (f"{table}: no {n}" for n in row["invoices"] if n not in invoices)
    for table in ("customers", "subscriptions"):
        for row in stored[table]:
            if row["account"] is not None and row["account"] not in accounts:
                yield f"{table}: no account {row['account']}"
    for hold in stored["holds"]:
        if hold["case_number"] is not None and hold["case_number"] not in cases:
            yield f"hold {hold['id']}: no case {hold['case_number']}"


def _promised_amounts(stored: Rows) -> Iterator[str]:
    totals = {i["number"]: i["total_minor"] for i in stored["invoices"]}
    for table in ("promises", "payment_requests"):
        for row in stored[table]:
            if sum(totals.get(n, 0) for n in row["invoices"]) != row["amount_minor"]:
                yield f"{table} {row['id']}: another amount than its invoices"
    for refund in stored["refunds"]:
        if refund["amount_minor"] > totals.get(refund["invoice"], 0):
            yield f"refund {refund['reference']}: more than the invoice"


CHECKS: tuple[Callable[[Rows], Iterator[str]], ...] = (
    _words,
    _sums,
    _payments,
    _contracts,
    _logs,
    _references,
    _promised_amounts,
)
