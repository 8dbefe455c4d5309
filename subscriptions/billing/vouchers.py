"""Redeeming a voucher, and what became of one."""

from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from subscriptions.entities.contracts import Subscription
from subscriptions.entities.invoices import Invoice, InvoiceLifecycle
from subscriptions.entities.vouchers import Redemption, Voucher
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level, Money
from subscriptions.model.vouchers import VoucherReceipt, VoucherStatus, VoucherUse
from subscriptions.policy.access import require
from subscriptions.policy.calendar import business_date
from subscriptions.policy.changes import allow_own
from subscriptions.policy.debits import next_start
from subscriptions.policy.vouchers import Use, allow
from subscriptions.store import accounts, cases, contracts, customers, invoices, pauses, vouchers
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.write import Done, Notice, Order, write_once


def redeem_voucher(
    backing: Backing, caller: Caller, code: str, subscription: str | None, *, key: str
) -> VoucherReceipt:
    """Redeem a code for a contract; it lowers the invoices from the next period on.

    Raises VOUCHER_UNKNOWN, VOUCHER_USED, VOUCHER_EXPIRED, VOUCHER_NOT_FOR_PLAN; CONTRACT_MISSING, WHICH_CONTRACT,
    NOT_FOUND for the contract; SOLD_BY_PARTNER or PAID_BY_OTHER when somebody else bills or pays it, and
    ILLEGAL_STEP when it is not billed any more.
    """
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    body = {"code": _tidy(code), "subscription": subscription}
    order = Order("billing.redeem_voucher", caller, number, key, body, now)
    return write_once(backing.engine, order, VoucherReceipt, lambda db: _redeem(db, order))


def _tidy(code: str) -> str:
    return code.strip().upper()


def _redeem(db: Connection, order: Order) -> Done[VoucherReceipt]:
    number, today = order.owner or "", business_date(order.at)
    wanted = order.body["subscription"]
    contract = contracts.running(db, number, str(wanted) if wanted else None, lock=True)
    voucher = _known(db, str(order.body["code"]), lock=True)
    start = billable(db, contract, today)
    _allow(db, voucher, contract, today)
    redemption = Redemption(
        voucher, number, contract.id, order.at, voucher.units, cases.reference("V")
    )
    vouchers.redeem(db, redemption)
    receipt = VoucherReceipt(
        reference=redemption.reference,
        code=voucher.code,
        kind=voucher.kind.value,
        value=voucher.value,
        units=redemption.periods_left,
        subscription=contract.id,
        applies_from=start,
        at=order.at,
    )
    facts = {"voucher": voucher.code, "reference": receipt.reference, "subscription": contract.id}
    happened = contracts.Happened("voucher_redeemed", order.caller.actor, order.at, facts)
    contracts.note_event(db, contract, happened)
    return Done(receipt, number, facts, (Notice("contract", "voucher_redeemed", facts),))


def _known(db: Connection, code: str, *, lock: bool = False) -> Voucher:
    voucher = vouchers.find(db, code, lock=lock)
    if voucher is None:
        raise SubscriptionError(Code.VOUCHER_UNKNOWN)
    return voucher


def billable(db: Connection, contract: Subscription, today: date) -> date:
    """The first day of the next period the customer pays for; raises when there is none."""
    account = accounts.find(db, contract.customer)
    own = contract.account is None or (account is not None and contract.account == account.id)
    allow_own(contract, pays_self=own)
    start = _next_period(db, contract, today)
    if start is None:
        raise SubscriptionError(Code.ILLEGAL_STEP, state=contract.state.value)
    return start


def _next_period(db: Connection, contract: Subscription, today: date) -> date | None:
    interval = contracts.plan(db, contract.plan).interval
    return next_start(contract, interval, today, pauses.ahead(db, contract.id))


def _allow(db: Connection, voucher: Voucher, contract: Subscription, today: date) -> None:
    own = vouchers.redemption(db, voucher.code, contract.customer)
    use = Use(vouchers.redeemed(db, voucher.code), own)
    allow(voucher, contracts.plan(db, contract.plan), use, today)


def voucher_status(
    backing: Backing, caller: Caller, code: str, subscription: str | None
) -> VoucherStatus:
    """What became of a code for the caller, also when it was valid for the last invoice and not applied.

    Raises VOUCHER_UNKNOWN. For a code that is not redeemed it says whether it may be and if not, why, for the running
    contract or the named one; WHICH_CONTRACT when there are several and none is named.
    """
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    today = business_date(now)
    with reading(backing.engine) as db:
        customers.by_number(db, number)
        voucher = _known(db, code)
        redemption = vouchers.redemption(db, voucher.code, number)
        if redemption is not None:
            return _redeemed(db, redemption, today)
        return _not_redeemed(db, voucher, (number, subscription), today)


def _not_redeemed(
    db: Connection, voucher: Voucher, who: tuple[str, str | None], today: date
) -> VoucherStatus:
    status = VoucherStatus(
        code=voucher.code,
        kind=voucher.kind.value,
        value=voucher.value,
        redeemed_at=None,
        redeemable=False,
        units_left=voucher.units,
    )
    try:
        contract = contracts.running(db, *who)
        start = billable(db, contract, today)
        _allow(db, voucher, contract, today)
    except SubscriptionError as refusal:
        if refusal.code is Code.WHICH_CONTRACT:
            raise
        return replace(status, refused=refusal.code.value)
    return replace(status, redeemable=True, subscription=contract.id, applies_from=start)


def _redeemed(db: Connection, redemption: Redemption, today: date) -> VoucherStatus:
    voucher = redemption.voucher
    contract = contracts.by_ids(db, [redemption.subscription])[0]
    billed = [
        invoice
        for invoice in invoices.since(db, redemption.customer, business_date(redemption.at))
        if invoice.subscription == contract.id
        and invoice.kind == "period"
        and invoice.lifecycle is InvoiceLifecycle.FINAL
    ]
    uses = tuple(use for invoice in billed for use in _uses(invoice, voucher.code))
    left = redemption.periods_left > 0
    return VoucherStatus(
        code=voucher.code,
        kind=voucher.kind.value,
        value=voucher.value,
        redeemed_at=redemption.at,
        redeemable=False,
        units_left=redemption.periods_left,
        subscription=contract.id,
        uses=uses,
        missing_on=_missing(billed, redemption) if left else None,
        applies_from=_next_period(db, contract, today) if left else None,
    )


def _uses(invoice: Invoice, code: str) -> list[VoucherUse]:
    taken = [line.amount for line in invoice.lines if line.kind == "voucher" and line.code == code]
    if not taken:
        return []
    amount = Money(-sum(part.minor for part in taken), invoice.total.currency)
    return [VoucherUse(invoice.number, invoice.issued_on, amount)]


def _missing(billed: list[Invoice], redemption: Redemption) -> str | None:
    """The newest invoice made after the day of redemption, if it asks for money without the voucher."""
    last = billed[0] if billed else None
    if last is None or last.issued_on <= business_date(redemption.at) or not last.total.minor:
        return None
    return None if _uses(last, redemption.voucher.code) else last.number
