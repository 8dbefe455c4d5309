"""What the use cases of plans refuse: reading, quotes, orders, calling a change off."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from subscriptions.entities.holds import HoldKind
from subscriptions.entities.invoices import InvoiceStatus
from subscriptions.errors import Code
from subscriptions.model.base import Caller, Level
from subscriptions.model.contracts import SubscriptionState
from tests.integration.subscriptions import making_payments
from tests.integration.subscriptions.making_plans import (
    ANNA,
    BEN,
    TOM,
    account,
    book,
    cancel,
    change,
    hold,
    second_contract,
)
from tests.integration.subscriptions.making_unknown import unknown_attempt
from tests.integration.subscriptions.people import NOBODY, bot_for
from tests.integration.subscriptions.refusals import Refused, World, nothing

S = SubscriptionState
STRANGER = bot_for("K-9999")
LOW = Caller("K-1004", Level.ANONYMOUS, "bot")

Step = Callable[[World], object]


def with_values(**values: object) -> Callable[[World], object]:
    """Let K-1004 have a contract with these values."""
    return lambda world: change(world.engine, "K-1004", **values)


def two(world: World) -> None:
    second_contract(world.engine)


def other_pays(world: World) -> None:
    change(world.engine, "K-1004", account=account(world.engine, "K-1001"))


def _fixed(world: World) -> None:
    change(world.engine, "K-1004", plan="learn-pro", fixed_until=date(2027, 4, 6))


def _declined(world: World) -> None:
    change(world.engine, "K-1004", method="P-1009")  # answers: do not honor


@dataclass
class _Offer:
    """An offer that is made before the refused call uses it."""

    plan: str = "learn-pro"
    caller: Caller = BEN
    then: Callable[[World], object] = nothing
    token: str = ""

    def prepare(self, world: World) -> None:
        self.token = world.business.plans.quote(self.caller, self.plan).token
        self.then(world)

    def order(self, code: Code, given: str, caller: Caller | None = None) -> Refused:
        """The order of this offer is refused."""
        return Refused(
            "plans.order",
            given,
            code,
            lambda w: w.business.plans.order(caller or self.caller, self.token, key="k"),
            self.prepare,
        )

    def downgrade(self, code: Code, given: str, caller: Caller | None = None) -> Refused:
        """Scheduling this offer is refused."""
        return Refused(
            "plans.schedule_downgrade",
            given,
            code,
            lambda w: w.business.plans.schedule_downgrade(
                caller or self.caller, self.token, key="k"
            ),
            self.prepare,
        )


def _used(offer: _Offer) -> Callable[[World], object]:
    """Use another offer under the key of the refused call."""

    def use(world: World) -> None:
        other = world.business.plans.quote(offer.caller, offer.plan).token
        if offer.caller is BEN:
            world.business.plans.order(BEN, other, key="k")
        else:
            world.business.plans.schedule_downgrade(offer.caller, other, key="k")

    return use


def _late(world: World) -> None:
    world.clock.forward(timedelta(minutes=15, seconds=1))


def _down(world: World) -> None:
    world.provider.down = True


def _unknown(world: World) -> None:
    number = "RE-1004-0099"
    making_payments.invoice(world.engine, "K-1004", number, status=InvoiceStatus.OPEN)
    unknown_attempt(world.engine, "K-1004", number)
    _down(world)


def _bigger() -> _Offer:
    return _Offer()


def _smaller() -> _Offer:
    return _Offer("stream-basic", TOM)


def _reused(offer: _Offer) -> _Offer:
    offer.then = _used(offer)
    return offer


def quote(
    code: Code,
    given: str,
    prepare: Callable[[World], object] = nothing,
    *,
    plan: str = "learn-pro",
    caller: Caller = BEN,
    subscription: str | None = None,
) -> Refused:
    """No offer for a plan."""
    return Refused(
        "plans.quote",
        given,
        code,
        lambda w: w.business.plans.quote(caller, plan, subscription),
        prepare,
    )


def read(
    name: str, code: Code, given: str, call: Step, prepare: Callable[[World], object] = nothing
) -> Refused:
    """Nothing is told, or nothing is undone."""
    return Refused(f"plans.{name}", given, code, call, prepare)


def keep(
    code: Code,
    given: str,
    prepare: Callable[[World], object] = nothing,
    *,
    wanted: str | None = None,
    caller: Caller = BEN,
) -> Refused:
    """Nothing is called off."""
    return read(
        "withdraw_pending",
        code,
        given,
        lambda w: w.business.plans.withdraw_pending(caller, addon=wanted, key="k"),
        prepare,
    )


def _kept(world: World) -> None:
    book(world.engine, ends_on=date(2026, 12, 6))
    world.business.plans.withdraw_pending(BEN, addon="learn-seat", key="k")


READS = (
    read("of", Code.IDENTITY_NEEDED, "nobody is identified", lambda w: w.business.plans.of(NOBODY)),
    read(
        "of",
        Code.NOT_FOUND,
        "the contract of another",
        lambda w: w.business.plans.of(BEN, "S-1001"),
    ),
    read(
        "status",
        Code.IDENTITY_NEEDED,
        "nobody is identified",
        lambda w: w.business.plans.status(NOBODY),
    ),
    read("status", Code.NOT_FOUND, "no such customer", lambda w: w.business.plans.status(STRANGER)),
    read(
        "compare",
        Code.PLAN_UNKNOWN,
        "no such product",
        lambda w: w.business.plans.compare(NOBODY, "coffee"),
    ),
    keep(Code.IDENTITY_NEEDED, "nobody is identified", caller=NOBODY),
    keep(Code.CONTRACT_MISSING, "no contract", caller=STRANGER),
    keep(Code.WHICH_CONTRACT, "several contracts, none named", two),
    keep(Code.NOTHING_PENDING, "no change pends"),
    keep(Code.NOTHING_PENDING, "the add-on goes on", lambda w: book(w.engine), wanted="learn-seat"),
    keep(Code.ADDON_UNKNOWN, "no such add-on", wanted="learn-coffee"),
    keep(Code.KEY_REUSED, "the key of another change", _kept),
)

QUOTES = (
    quote(Code.IDENTITY_NEEDED, "nobody is identified", caller=NOBODY),
    quote(Code.IDENTITY_NEEDED, "a number without proof", caller=LOW),
    quote(Code.CONTRACT_MISSING, "no contract", caller=STRANGER),
    quote(Code.WHICH_CONTRACT, "several contracts, none named", two),
    quote(Code.NOT_FOUND, "a contract of somebody else", subscription="S-1001"),
    quote(Code.PLAN_UNKNOWN, "no such plan", plan="learn-everything"),
    quote(Code.PLAN_UNKNOWN, "a plan of another product", plan="stream-basic"),
    quote(Code.PLAN_NOT_AN_UPGRADE, "the own plan", plan="learn-start"),
    quote(
        Code.PAST_DUE, "a bigger plan while something is owed", plan="stream-premium", caller=ANNA
    ),
    quote(Code.CHANGE_PENDING, "another change pends", with_values(pending_plan="learn-team")),
    quote(Code.CHANGE_PENDING, "the end is scheduled", lambda w: cancel(w.engine)),
    quote(Code.ILLEGAL_STEP, "the contract is paused", with_values(state=S.PAUSED)),
    quote(Code.FIXED_TERM, "a smaller plan inside the fixed term", _fixed, plan="learn-start"),
    quote(Code.SOLD_BY_PARTNER, "a partner sold it", with_values(channel="partner")),
    quote(Code.PAID_BY_OTHER, "it is a gift", with_values(channel="gift")),
    quote(Code.PAID_BY_OTHER, "somebody else pays", other_pays),
    quote(
        Code.ACCOUNT_ON_HOLD,
        "the account may be in other hands",
        lambda w: hold(w.engine, "K-1004", HoldKind.FRAUD),
    ),
)

ORDERS = (
    _bigger().order(Code.IDENTITY_NEEDED, "nobody is identified", NOBODY),
    _bigger().order(Code.QUOTE_FOREIGN, "the offer of somebody else", TOM),
    _Offer(then=_late).order(Code.QUOTE_EXPIRED, "the offer is 15 minutes old"),
    _Offer(then=lambda w: cancel(w.engine)).order(Code.CHANGE_PENDING, "cancelled meanwhile"),
    _smaller().order(Code.PLAN_NOT_AN_UPGRADE, "a smaller plan by the order button"),
    _Offer(then=_declined).order(Code.PAYMENT_DECLINED, "the payment is declined"),
    _Offer(then=_down).order(Code.PROVIDER_DOWN, "the payment service does not answer"),
    _Offer(then=_unknown).order(Code.PAYMENT_UNKNOWN, "a payment whose answer was lost"),
    _reused(_bigger()).order(Code.KEY_REUSED, "the key of another order"),
    _smaller().downgrade(Code.IDENTITY_NEEDED, "nobody is identified", NOBODY),
    _smaller().downgrade(Code.QUOTE_FOREIGN, "the offer of somebody else", BEN),
    _Offer("stream-basic", TOM, _late).downgrade(Code.QUOTE_EXPIRED, "the offer is 15 minutes old"),
    _bigger().downgrade(Code.PLAN_NOT_A_DOWNGRADE, "a bigger plan by a typed yes"),
    _reused(_smaller()).downgrade(Code.KEY_REUSED, "the key of another downgrade"),
)

REFUSED = (*READS, *QUOTES, *ORDERS)
