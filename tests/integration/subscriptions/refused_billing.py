"""What billing refuses."""

from collections.abc import Callable
from datetime import date, timedelta

from subscriptions.entities.invoices import InvoiceLifecycle
from subscriptions.errors import Code
from subscriptions.model.base import Caller, Level, Money
from subscriptions.model.invoice_details import DetailsWish
from subscriptions.model.profile import NewAddress
from tests.integration.subscriptions import making_billing as making
from tests.integration.subscriptions.making_unknown import unknown_refund
from tests.integration.subscriptions.people import NOBODY, NOW, bot_for
from tests.integration.subscriptions.refusals import Refused, World, nothing

MARCUS, SURE = bot_for("K-1002"), bot_for("K-1002", Level.CONFIRMED)
STALE = Caller("K-1002", Level.CONFIRMED, "bot", NOW - timedelta(minutes=11))
STRANGER = bot_for("K-9999")
LAST = "RE-1002-0015"
COMPANY = DetailsWish(company="Okafor GmbH")
HERE = NewAddress("postal", "Werkstraße 7", "20095", "Hamburg")
Prepare = Callable[[World], None]
Call = Callable[[World], object]


def engine(make: Callable[..., object], *given: object, **values: object) -> Prepare:
    """Prepare the world through one of the makers."""

    def prepare(world: World) -> None:
        make(world.engine, *given, **values)

    return prepare


def redeem(code: str = "DANKE20", caller: Caller = MARCUS, contract: str | None = None) -> Call:
    return lambda w: w.business.billing.redeem_voucher(caller, code, contract, key="k")


def refund(
    amount: Money | None = None,
    *,
    caller: Caller = MARCUS,
    number: str = LAST,
    reason: str = "goodwill",
) -> Call:
    return lambda w: w.business.billing.refund(caller, number, amount, reason=reason, key="k")


def change(wish: DetailsWish = COMPANY, caller: Caller = SURE) -> Call:
    return lambda w: w.business.billing.change_invoice_details(caller, wish, key="k")


def with_voucher(prepare: Prepare = nothing, **given: object) -> Prepare:
    """A voucher, and whatever else."""

    def both(world: World) -> None:
        making.voucher(world.engine, **given)
        prepare(world)

    return both


def redeemed(world: World) -> None:
    making.voucher(world.engine)
    world.business.billing.redeem_voucher(MARCUS, "DANKE20", key="first")


def used_up(world: World) -> None:
    making.voucher(world.engine, most=1)
    world.business.billing.redeem_voucher(bot_for("K-1001"), "DANKE20", key="first")


def key_used(world: World) -> None:
    making.voucher(world.engine, "OTHER")
    making.voucher(world.engine)
    world.business.billing.redeem_voucher(MARCUS, "OTHER", key="k")


def details_changed(world: World) -> None:
    change(DetailsWish(company="Andere GmbH"))(world)


def refunded(world: World) -> None:
    refund(Money(100))(world)


def unpaid(world: World) -> None:
    making.invoice(world.engine, "RE-1002-0016")


def down(world: World) -> None:
    world.provider.down = True


def unknown(world: World) -> None:
    unknown_refund(world.engine, "K-1002", "RE-1002-0015")
    down(world)


def read(use_case: str, call: Callable[[World, Caller], object]) -> tuple[Refused, ...]:
    """What every reading of the own account refuses."""

    def as_nobody(world: World) -> object:
        return call(world, NOBODY)

    def as_stranger(world: World) -> object:
        return call(world, STRANGER)

    return (
        Refused(use_case, "nobody is identified", Code.IDENTITY_NEEDED, as_nobody),
        Refused(use_case, "an unknown customer", Code.NOT_FOUND, as_stranger),
    )


READS: tuple[Refused, ...] = (
    *read("billing.explain_charge", lambda w, c: w.business.billing.explain_charge(c)),
    *read("billing.balance", lambda w, c: w.business.billing.balance(c)),
    *read("billing.invoices", lambda w, c: w.business.billing.invoices(c)),
    *read("billing.invoice_pdf", lambda w, c: w.business.billing.invoice_pdf(c, LAST)),
    *read("billing.invoice_link", lambda w, c: w.business.billing.invoice_link(c, LAST, key="k")),
    Refused(
        "billing.invoice_link",
        "an invoice of somebody else",
        Code.NOT_FOUND,
        lambda w: w.business.billing.invoice_link(MARCUS, "RE-1001-0025", key="k"),
    ),
    Refused(
        "billing.invoice_link",
        "a year without invoices",
        Code.NOT_FOUND,
        lambda w: w.business.billing.invoice_link(MARCUS, year=1999, key="k"),
    ),
    Refused(
        "billing.invoice_link",
        "an invoice and a year",
        Code.BAD_INPUT,
        lambda w: w.business.billing.invoice_link(MARCUS, LAST, 2026, key="k"),
    ),
    Refused(
        "billing.invoice_link",
        "a key that was used for another document",
        Code.KEY_REUSED,
        lambda w: w.business.billing.invoice_link(MARCUS, year=2026, key="k"),
        lambda w: w.business.billing.invoice_link(MARCUS, LAST, key="k") and None,
    ),
    *read("billing.find_duplicates", lambda w, c: w.business.billing.find_duplicates(c)),
    *read("billing.voucher_status", lambda w, c: w.business.billing.voucher_status(c, "X")),
    *read("billing.invoice_details", lambda w, c: w.business.billing.invoice_details(c)),
    *read("billing.refund_status", lambda w, c: w.business.billing.refund_status(c)),
    *read("billing.refund_quote", lambda w, c: w.business.billing.refund_quote(c)),
    Refused(
        "billing.refund_quote",
        "an invoice of somebody else",
        Code.NOT_FOUND,
        lambda w: w.business.billing.refund_quote(MARCUS, "RE-1001-0025"),
    ),
    Refused(
        "billing.refund_quote",
        "more than was paid",
        Code.REFUND_IMPOSSIBLE,
        lambda w: w.business.billing.refund_quote(MARCUS, LAST, Money(800)),
    ),
    Refused(
        "billing.refund_quote",
        "goodwill for the second time in a year",
        Code.REFUND_ABOVE_LIMIT,
        lambda w: w.business.billing.refund_quote(MARCUS, LAST, Money(100)),
        engine(making.goodwill),
    ),
    Refused(
        "billing.refund_quote",
        "another whose answer was lost",
        Code.REFUND_UNKNOWN,
        lambda w: w.business.billing.refund_quote(MARCUS, LAST),
        unknown,
    ),
    Refused(
        "billing.voucher_status",
        "several contracts and none named",
        Code.WHICH_CONTRACT,
        lambda w: w.business.billing.voucher_status(MARCUS, "DANKE20"),
        with_voucher(engine(making.second_contract)),
    ),
    Refused(
        "billing.explain_charge",
        "an invoice of somebody else",
        Code.NOT_FOUND,
        lambda w: w.business.billing.explain_charge(MARCUS, "RE-1001-0025"),
    ),
    Refused(
        "billing.explain_charge",
        "a draft",
        Code.NOT_FOUND,
        lambda w: w.business.billing.explain_charge(MARCUS, "RE-1002-0016"),
        engine(making.invoice, "RE-1002-0016", lifecycle=InvoiceLifecycle.DRAFT),
    ),
    Refused(
        "billing.invoice_pdf",
        "an invoice of somebody else",
        Code.NOT_FOUND,
        lambda w: w.business.billing.invoice_pdf(MARCUS, "RE-1001-0025"),
    ),
    Refused(
        "billing.invoice_pdf",
        "a language we do not have",
        Code.BAD_INPUT,
        lambda w: w.business.billing.invoice_pdf(MARCUS, LAST, "fr"),
    ),
    Refused(
        "billing.voucher_status",
        "a code that does not exist",
        Code.VOUCHER_UNKNOWN,
        lambda w: w.business.billing.voucher_status(MARCUS, "NONE"),
    ),
    Refused(
        "billing.price_history",
        "a plan that does not exist",
        Code.PLAN_UNKNOWN,
        lambda w: w.business.billing.price_history(NOBODY, "none"),
    ),
)

REDEEM = "billing.redeem_voucher"
VOUCHERS: tuple[Refused, ...] = (
    Refused(REDEEM, "nobody is identified", Code.IDENTITY_NEEDED, redeem(caller=NOBODY)),
    Refused(
        REDEEM, "a customer without a contract", Code.CONTRACT_MISSING, redeem(caller=STRANGER)
    ),
    Refused(REDEEM, "a code that does not exist", Code.VOUCHER_UNKNOWN, redeem("NONE")),
    Refused(REDEEM, "a contract of somebody else", Code.NOT_FOUND, redeem(contract="S-1001")),
    Refused(
        REDEEM,
        "several contracts and none named",
        Code.WHICH_CONTRACT,
        redeem(),
        with_voucher(engine(making.second_contract)),
    ),
    Refused(
        REDEEM,
        "a code that has expired",
        Code.VOUCHER_EXPIRED,
        redeem(),
        with_voucher(valid_until=date(2026, 11, 20)),
    ),
    Refused(
        REDEEM,
        "a code that is not valid yet",
        Code.VOUCHER_EXPIRED,
        redeem(),
        with_voucher(valid_from=date(2026, 11, 22)),
    ),
    Refused(REDEEM, "a code that the customer used", Code.VOUCHER_USED, redeem(), redeemed),
    Refused(REDEEM, "a code that is used up", Code.VOUCHER_USED, redeem(), used_up),
    Refused(
        REDEEM,
        "a code for another product",
        Code.VOUCHER_NOT_FOR_PLAN,
        redeem(),
        with_voucher(product="press"),
    ),
    Refused(
        REDEEM,
        "a code for another plan",
        Code.VOUCHER_NOT_FOR_PLAN,
        redeem(),
        with_voucher(plan="stream-premium"),
    ),
    Refused(
        REDEEM,
        "a contract that a partner bills",
        Code.SOLD_BY_PARTNER,
        redeem(),
        with_voucher(engine(making.contract, channel="partner")),
    ),
    Refused(
        REDEEM,
        "a contract that somebody else pays",
        Code.PAID_BY_OTHER,
        redeem(),
        with_voucher(engine(making.contract, account="A-1001")),
    ),
    Refused(
        REDEEM,
        "a contract that ends before its next invoice",
        Code.ILLEGAL_STEP,
        redeem(),
        with_voucher(engine(making.contract, state="cancel_scheduled", ends_on=date(2026, 12, 11))),
    ),
    Refused(REDEEM, "a key that was used for another code", Code.KEY_REUSED, redeem(), key_used),
)

CHANGE = "billing.change_invoice_details"
DETAILS: tuple[Refused, ...] = (
    Refused(CHANGE, "nobody is identified", Code.IDENTITY_NEEDED, change(caller=NOBODY)),
    Refused(CHANGE, "no fresh confirmation", Code.STEP_UP_NEEDED, change(caller=MARCUS)),
    Refused(CHANGE, "a proof older than ten minutes", Code.STEP_UP_NEEDED, change(caller=STALE)),
    Refused(
        CHANGE,
        "an unknown customer",
        Code.NOT_FOUND,
        change(caller=bot_for("K-9999", Level.CONFIRMED)),
    ),
    Refused(CHANGE, "nothing to change", Code.BAD_INPUT, change(DetailsWish())),
    Refused(
        CHANGE,
        "two addresses at once",
        Code.BAD_INPUT,
        change(DetailsWish(address=HERE, postal_again=True)),
    ),
    Refused(
        CHANGE, "an endless company", Code.TEXT_TOO_LONG, change(DetailsWish(company="A" * 201))
    ),
    Refused(
        CHANGE,
        "a VAT id with a wrong check digit",
        Code.VAT_ID_INVALID,
        change(DetailsWish(vat_id="DE136695977")),
    ),
    Refused(
        CHANGE,
        "an address without a postcode",
        Code.ADDRESS_INVALID,
        change(DetailsWish(address=NewAddress("postal", "Werkstraße 7", "", "Hamburg"))),
    ),
    Refused(CHANGE, "a key that was used for others", Code.KEY_REUSED, change(), details_changed),
)

REFUND = "billing.refund"
REFUNDS: tuple[Refused, ...] = (
    Refused(REFUND, "nobody is identified", Code.IDENTITY_NEEDED, refund(caller=NOBODY)),
    Refused(REFUND, "an invoice of somebody else", Code.NOT_FOUND, refund(number="RE-1001-0025")),
    Refused(REFUND, "no money", Code.BAD_INPUT, refund(Money(0))),
    Refused(REFUND, "an amount below zero", Code.BAD_INPUT, refund(Money(-100))),
    Refused(REFUND, "another currency", Code.BAD_INPUT, refund(Money(100, "CHF"))),
    Refused(REFUND, "a reason we do not know", Code.BAD_INPUT, refund(reason="because")),
    Refused(
        REFUND, "a withdrawal, declared elsewhere", Code.BAD_INPUT, refund(reason="withdrawal")
    ),
    Refused(REFUND, "more than was paid", Code.REFUND_IMPOSSIBLE, refund(Money(800))),
    Refused(
        REFUND,
        "an invoice that is not paid",
        Code.REFUND_IMPOSSIBLE,
        refund(number="RE-1002-0016"),
        unpaid,
    ),
    Refused(
        REFUND,
        "more goodwill than a bot may give",
        Code.REFUND_ABOVE_LIMIT,
        refund(Money(2001), caller=bot_for("K-1005"), number="RE-1005-0024"),
    ),
    Refused(
        REFUND,
        "goodwill for the second time in a year",
        Code.REFUND_ABOVE_LIMIT,
        refund(Money(100)),
        engine(making.goodwill),
    ),
    Refused(REFUND, "a provider that does not answer", Code.PROVIDER_DOWN, refund(), down),
    Refused(REFUND, "another whose answer was lost", Code.REFUND_UNKNOWN, refund(), unknown),
    Refused(REFUND, "a key that was used for another", Code.KEY_REUSED, refund(), refunded),
)

REFUSED: tuple[Refused, ...] = (*READS, *VOUCHERS, *DETAILS, *REFUNDS)
