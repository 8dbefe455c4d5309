"""The contracts of the view: price, term, add-ons, pauses, devices, and the printed issue."""

from datetime import date

from subscriptions.entities.addons import Addon, BookedAddon
from subscriptions.entities.contracts import Subscription
from subscriptions.entities.delivery import Delivery as Issue
from subscriptions.entities.delivery import (
    Suspension,
    WaitingCredit,
    is_alive,
    suspension_on,
    waiting_credits,
)
from subscriptions.entities.pauses import Pause
from subscriptions.entities.vouchers import Redemption, Voucher
from subscriptions.model.delivery import SuspensionState
from subscriptions.model.plans import ContractStatus
from subscriptions.overview.facts import OVER, Facts
from subscriptions.overview.values import (
    Contract,
    Delivery,
    Devices,
    NextPrice,
    SuspensionLine,
    VoucherLine,
)
from subscriptions.policy.contract_status import Held, contract_status
from subscriptions.policy.delivery import Printed, next_issue
from subscriptions.policy.limits import Limits
from subscriptions.store.together import typed


def contracts(facts: Facts, limits: Limits) -> tuple[Contract, ...]:
    """All contracts of the customer, running ones first."""
    return tuple(_contract(facts, contract, limits) for contract in facts.contracts)


def booked(facts: Facts, contract: Subscription) -> tuple[BookedAddon, ...]:
    """What the contract has booked, oldest first."""
    found = [
        typed(BookedAddon, record, addon=_addon(record))
        for record in _about(facts, "addons", contract)
    ]
    return tuple(sorted(found, key=lambda booking: (booking.since, booking.id)))


def redeemed(facts: Facts, contract: Subscription) -> tuple[Redemption, ...]:
    """What the contract has redeemed, oldest first."""
    found = [
        typed(Redemption, record, voucher=_named(Voucher, record, "voucher_"))
        for record in _about(facts, "vouchers", contract)
    ]
    return tuple(sorted(found, key=lambda redemption: redemption.at))


def pauses(facts: Facts, contract: Subscription) -> tuple[Pause, ...]:
    """The pauses of the contract, oldest first."""
    found = [typed(Pause, record) for record in _about(facts, "pauses", contract)]
    return tuple(sorted(found, key=lambda pause: pause.from_on))


def _about(facts: Facts, part: str, contract: Subscription) -> list[dict[str, object]]:
    return [r for r in facts.dossier.all(part) if r["subscription"] == contract.id]


def _named(kind: type[Voucher], record: dict[str, object], prefix: str) -> Voucher:
    return typed(kind, {name.removeprefix(prefix): value for name, value in record.items()})


def _addon(record: dict[str, object]) -> Addon:
    own = {
        name.removeprefix("addon_"): record[name] for name in record if name.startswith("addon_")
    }
    return typed(Addon, own, price={"minor": own["price_minor"], "currency": own["currency"]})


def _contract(facts: Facts, contract: Subscription, limits: Limits) -> Contract:
    own_account = contract.account in {None, facts.account.id if facts.account else None}
    method = facts.methods.get(contract.method or "")
    held = Held(
        contract=contract,
        terms=facts.terms[contract.plan],
        pending=facts.terms[contract.pending_plan].plan if contract.pending_plan else None,
        booked=booked(facts, contract),
        pauses=pauses(facts, contract),
        method=method.label if method else None,
        pays_self=own_account,
        limits=limits,
    )
    status = contract_status(held, facts.today)
    count = facts.dossier.all("devices")[0]["count"]
    return Contract(
        id=contract.id,
        plan=status.plan,
        state=status.state,
        entitlement=status.entitlement,
        started_on=contract.started_on,
        renews_on=None if status.ends_on else status.renews_on,
        ends_on=status.ends_on,
        pending_plan=status.pending_plan,
        pending_from=status.pending_from,
        price=status.price,
        total=status.total,
        next_price=_next_price(held, status),
        addons=status.addons,
        vouchers=tuple(
            VoucherLine(r.voucher.code, r.at, r.periods_left) for r in redeemed(facts, contract)
        ),
        notice=status.notice,
        fixed_until=status.fixed_until,
        trial_ends_on=status.trial_ends_on,
        pause=status.pause,
        payer=status.payer,
        channel=status.channel,
        method=status.method,
        devices=Devices(count, status.plan.device_limit),
        delivery=_delivery(facts, held) if status.plan.print_delivery else None,
    )


def _next_price(held: Held, status: ContractStatus) -> NextPrice | None:
    step = status.next_price
    if step is None:
        return None
    known = [p for p in held.terms.prices if p.valid_from <= step.valid_from]
    reason = known[-1] if known and known[-1].price == step.price else None
    return NextPrice(
        step.valid_from,
        step.price,
        reason.reason_de if reason else None,
        reason.reason_en if reason else None,
    )


def credited(facts: Facts, contract: Subscription, day: date) -> tuple[WaitingCredit, ...]:
    """What an invoice of this day would take off a contract for issues that did not come."""
    promised = [typed(Issue, record) for record in _about(facts, "credits", contract)]
    return waiting_credits(promised, _suspensions(facts, contract, day))


def _suspensions(facts: Facts, contract: Subscription, day: date) -> tuple[Suspension, ...]:
    known = (typed(Suspension, record) for record in _about(facts, "suspensions", contract))
    return tuple(suspension_on(suspension, day) for suspension in known)


def _delivery(facts: Facts, held: Held) -> Delivery:
    contract, today = held.contract, facts.today
    known = _suspensions(facts, contract, today)
    printed = Printed(contract, held.terms, held.pauses, known)
    over = contract.state.value in OVER
    return Delivery(
        next_on=None if over else next_issue(printed, today),
        suspensions=tuple(
            SuspensionLine(s.kind.value, s.from_on, s.until_on, s.state is SuspensionState.RUNNING)
            for s in sorted(known, key=lambda one: one.from_on)
            if is_alive(s)
        ),
        problems=len(_about(facts, "reports", contract)),
    )
