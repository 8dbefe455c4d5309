"""The money of the view: what is open and next, the ways to pay, what failed and why, and what is being done."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from subscriptions.entities.attempts import Attempt, AttemptState, is_made
from subscriptions.entities.contracts import Period, Subscription
from subscriptions.entities.invoices import Invoice, InvoiceStatus
from subscriptions.entities.payments import Payment
from subscriptions.entities.refunds import CreditNote, Refund
from subscriptions.model.base import Money, Words
from subscriptions.model.billing import Balance, Finding, InvoiceLine
from subscriptions.model.dunning import DunningState
from subscriptions.model.payments import Failure
from subscriptions.overview.contracts import booked, credited, pauses, redeemed
from subscriptions.overview.facts import Facts
from subscriptions.overview.money_values import (
    CreditLine,
    Dot,
    Dunning,
    DunningLine,
    InstalmentLine,
    LinkLine,
    Method,
    MoneyPart,
    OpenInvoice,
    PromiseLine,
    RefundLine,
    Try,
)
from subscriptions.policy import ledger, overcharges
from subscriptions.policy.calendar import business_date, period_from
from subscriptions.policy.collecting import rests
from subscriptions.policy.debits import debit_on, method_problem, next_start
from subscriptions.policy.failures import classify, failure_of, is_declined, spoken_code
from subscriptions.policy.invoicing import PeriodTerms, period_invoice
from subscriptions.policy.overcharges import Charged, History
from subscriptions.policy.pauses import planned
from subscriptions.policy.pricing import price_in_force
from subscriptions.policy.reasons import REASONS
from subscriptions.policy.rollover import terms_until
from subscriptions.store.dossier import ATTEMPTS
from subscriptions.store.together import money, typed

LAST_ATTEMPTS = 10
LAST_PAYMENTS = 12
LAST_REFUNDS = 5


def money_part(facts: Facts) -> MoneyPart:
    """Everything about money."""
    owed = _owed(facts)
    main = facts.main
    return MoneyPart(
        balance=_balance(facts, owed),
        unpaid=tuple(_open(invoice, owed, facts.today) for invoice in facts.unpaid),
        method=_method(facts, main.method) if main and main.method else None,
        failure=_failure(facts, owed),
        payments=tuple(_dot(i, facts.failed_invoices) for i in facts.latest[:LAST_PAYMENTS]),
        attempts=tuple(_try(a) for a in reversed(facts.attempts[-LAST_ATTEMPTS:])),
        methods=tuple(m for i in facts.methods if (m := _method(facts, i)) is not None),
        dunning=_dunning(facts),
        promise=_promise(facts),
        instalments=_instalments(facts),
        links=_links(facts),
        refunds=_refunds(facts),
        findings=_findings(facts),
        credits=_credits(facts),
    )


def _owed(facts: Facts) -> ledger.Owed:
    scheduled = [a for a in facts.attempts if a.state is AttemptState.SCHEDULED]
    return ledger.Owed(
        unpaid=facts.unpaid,
        settled=_settled(facts),
        planned={a.invoice: a.due_on for a in scheduled if a.due_on is not None},
        resting={hold.invoice for hold in facts.holds if hold.invoice is not None},
        on_hold=any(hold.invoice is None for hold in facts.holds),
    )


def _settled(facts: Facts) -> Mapping[str, int]:
    """What was paid or credited of the unpaid invoices, in cents."""
    charges = [_charged(facts, invoice) for invoice in facts.unpaid]
    return {
        c.invoice.number: c.kept + sum(note.amount.minor for note in c.credits) for c in charges
    }


def _charged(facts: Facts, invoice: Invoice) -> Charged:
    """An invoice with everything that happened to it."""

    def own(part: str) -> list[dict[str, Any]]:
        return [r for r in facts.dossier.all(part) if r["invoice"] == invoice.number]

    return Charged(
        invoice=replace(invoice, lines=_lines(own("lines"), invoice)),
        payments=[typed(Payment, p, amount=money(p)) for p in own("paid")],
        credits=[typed(CreditNote, n, amount=money(n)) for n in own("credited")],
        refunds=[typed(Refund, r, amount=money(r)) for r in own("refunds")],
    )


def _lines(records: list[dict[str, Any]], invoice: Invoice) -> tuple[InvoiceLine, ...]:
    currency = invoice.total.currency
    ordered = sorted(records, key=lambda line: int(line["position"]))
    return tuple(
        typed(InvoiceLine, r, amount={"minor": r["amount_minor"], "currency": currency})
        for r in ordered
    )


def _findings(facts: Facts) -> tuple[Finding, ...]:
    """What is wrong about the charges of a good year, the newest first."""
    since = business_date(facts.now - ATTEMPTS)
    recent = [i for i in reversed(facts.latest) if i.issued_on >= since]
    contracts = {c.id: c for c in (*facts.contracts, *facts.given)}
    history = History([_charged(facts, i) for i in recent], contracts, facts.terms)
    return tuple(reversed(overcharges.find(history)))


def _balance(facts: Facts, owed: ledger.Owed) -> Balance:
    """With the contracts this customer pays for: the own ones, and those given to others."""
    own = [c for c in facts.contracts if c.account in {None, facts.account and facts.account.id}]
    terms = tuple(_terms(facts, contract) for contract in (*own, *facts.given))
    return ledger.balance(owed, terms, facts.today)


def _terms(facts: Facts, contract: Subscription) -> ledger.Terms:
    """A contract with its next invoice as the rules would make it, and whether it can be debited."""
    plan = facts.plan(contract)
    pause = planned(pauses(facts, contract))
    away = Period(pause.from_on, pause.until_on) if pause else None
    debit_day = facts.account.debit_day if facts.account else None
    start = next_start(contract, plan.interval, facts.today, away)
    made = [a for a in facts.attempts if is_made(a)]
    given = contract.customer != facts.customer.number and made
    method_id = contract.method or (made[-1].method if given else None)
    method = facts.methods.get(method_id or "")
    tried = [a for a in made if a.method == method_id]
    mandate = facts.mandates.get(method_id or "")
    on = debit_on(start, debit_day) if start else facts.today
    known = ledger.Terms(
        contract=contract,
        plan=plan,
        following=plan,
        method=method.label if method else None,
        problem=method_problem(method, mandate, tried[-1] if tried else None, on),
        debit_day=debit_day,
        pause=away,
    )
    if start is None:
        return known
    period = terms_until(_period_terms(facts, contract, start), contract.ends_on)
    return replace(known, following=period.plan, invoice=period_invoice(period))


def _period_terms(facts: Facts, contract: Subscription, start: date) -> PeriodTerms:
    """What the period that begins on `start` is billed by; a pending plan counts from its day on."""
    code = contract.plan
    if contract.pending_plan is not None:
        begins = contract.pending_from or contract.period.end
        code = contract.pending_plan if begins <= start else code
    terms = facts.terms[code]
    return PeriodTerms(
        plan=replace(terms.plan, price=price_in_force(contract, terms, start)),
        tax_percent=facts.taxes[code],
        period=period_from(start, terms.plan.interval, contract.anchor_day),
        addons=booked(facts, contract),
        vouchers=tuple(r for r in redeemed(facts, contract) if r.periods_left > 0),
        credits=credited(facts, contract, start) if terms.plan.print_delivery else (),
    )


def _open(invoice: Invoice, owed: ledger.Owed, today: date) -> OpenInvoice:
    return OpenInvoice(
        number=invoice.number,
        total=invoice.total,
        due_on=invoice.due_on,
        status=invoice.status,
        overdue=ledger.is_overdue(invoice, today),
        disputed=invoice.disputed,
        left=replace(invoice.total, minor=owed.open_of(invoice)),
    )


def _failure(facts: Facts, owed: ledger.Owed) -> Failure | None:
    """The newest failure that is still unpaid."""
    contracts = {c.id: c for c in (*facts.contracts, *facts.given)}
    for invoice in reversed(facts.unpaid):
        tried: Sequence[Attempt] = [a for a in facts.attempts if a.invoice == invoice.number]
        failed_with = facts.methods.get(tried[-1].method) if tried else None
        contract = contracts.get(invoice.subscription)
        usual = facts.methods.get(contract.method or "") if contract else None
        found = failure_of(invoice, tried, failed_with, facts.today, next_method=usual)
        if found is not None:
            allowed = found.retry_allowed and not rests(invoice, facts.holds)
            left = replace(invoice.total, minor=owed.open_of(invoice))
            return replace(found, amount=left, retry_allowed=allowed)
    return None


def _method(facts: Facts, method_id: str) -> Method | None:
    method, mandate = facts.methods.get(method_id), facts.mandates.get(method_id)
    if method is None:
        return None
    return Method(
        kind=method.kind.value,
        label=method.label,
        expires_on=method.expires_on,
        expired=method.expires_on is not None and method.expires_on < facts.today,
        mandate=mandate.reference if mandate else None,
        mandate_state=mandate.state.value if mandate else None,
    )


def _dot(invoice: Invoice, failed: frozenset[str]) -> Dot:
    late = invoice.status is InvoiceStatus.PAID and invoice.number in failed
    result = "late" if late else invoice.status.value
    return Dot(invoice.number, invoice.issued_on, invoice.total, result)


def _try(attempt: Attempt) -> Try:
    kind = classify(attempt.kind, attempt.raw_code) if is_declined(attempt) else None
    words = REASONS[kind] if kind else None
    return Try(
        at=attempt.at,
        invoice=attempt.invoice,
        amount=attempt.amount,
        state=attempt.state.value,
        raw_code=spoken_code(attempt.raw_code) if kind else None,
        kind=kind,
        reason_de=words.de if words else None,
        reason_en=words.en if words else None,
    )


def _dunning(facts: Facts) -> Dunning | None:
    case = facts.dossier.first("dunning")
    if case is None:
        return None
    actions = sorted(facts.dossier.all("actions"), key=lambda action: -int(action["seq"]))
    both = case["reason_de"] and case["reason_en"]
    return typed(
        Dunning,
        case,
        state=DunningState(case["state"]),
        why=Words(case["reason_de"], case["reason_en"]) if both else None,
        actions=[typed(DunningLine, action) for action in actions],
    )


def _promise(facts: Facts) -> PromiseLine | None:
    newest = max(facts.dossier.all("promises"), key=lambda p: str(p["made_at"]), default=None)
    return typed(PromiseLine, newest, amount=money(newest)) if newest else None


def _instalments(facts: Facts) -> tuple[InstalmentLine, ...]:
    parts = [typed(InstalmentLine, p, amount=money(p)) for p in facts.dossier.all("instalments")]
    return tuple(sorted(parts, key=lambda part: part.due_on))


def _links(facts: Facts) -> tuple[LinkLine, ...]:
    links = [typed(LinkLine, link, amount=money(link)) for link in facts.dossier.all("links")]
    return tuple(sorted(links, key=lambda link: link.expires_at, reverse=True))


def _refunds(facts: Facts) -> tuple[RefundLine, ...]:
    refunds = [typed(RefundLine, r, amount=money(r)) for r in facts.dossier.all("refunds")]
    refunds.sort(key=lambda refund: refund.asked_at, reverse=True)
    return tuple(refunds[:LAST_REFUNDS])


def _credits(facts: Facts) -> tuple[CreditLine, ...]:
    return tuple(
        CreditLine(
            c.reference,
            contract.id,
            Money(c.minor, facts.plan(contract).price.currency),
            c.first,
            c.last,
        )
        for contract in facts.contracts
        for c in credited(facts, contract, facts.today)
    )
