"""What the use cases about open money refuse."""

from datetime import date, timedelta

from subscriptions.entities.holds import HoldKind
from subscriptions.entities.promises import PromiseState
from subscriptions.errors import Code
from subscriptions.model.base import Caller, Money
from subscriptions.model.payments import Paid
from subscriptions.policy.limits import Limits
from tests.integration.subscriptions import making_payments as making
from tests.integration.subscriptions.making_payments import TODAY
from tests.integration.subscriptions.making_unknown import unknown_attempt
from tests.integration.subscriptions.people import NOBODY, bot_for
from tests.integration.subscriptions.refusals import Refused, World

ANNA, JULIA, MARCUS = bot_for("K-1001"), bot_for("K-1003"), bot_for("K-1002")
GERDA, PRIYA, SOFIA = bot_for("K-1005"), bot_for("K-1007"), bot_for("K-1009")
INVOICE, SEPA = "RE-1001-0025", "RE-1003-0012"
STRANGER = bot_for("K-9999")
SOON = TODAY + timedelta(days=5)


def retry(world: World, on: date | None = None, invoice: str = INVOICE) -> object:
    return world.business.payments.retry(ANNA, invoice, key="k", on=on)


def promise(world: World, on: date = SOON) -> object:
    return world.business.payments.promise(ANNA, on, key="k")


def promise_terms(world: World) -> object:
    return world.business.payments.promise_terms(ANNA)


def in_parts(world: World, parts: int, limits: Limits, caller: Caller = ANNA) -> object:
    """Ask an operator who offers instalments."""
    url = world.engine.url.render_as_string(hide_password=False)
    with making.with_limits(url, limits, world.clock, world.provider) as business:
        return business.payments.agree_instalments(caller, parts, key="k")


def use_up(world: World) -> None:
    for index in range(3):
        world.business.payments.retry(SOFIA, "RE-1009-0017", key=f"used-{index}")


def two_kept(world: World) -> None:
    making.promised(world.engine, "K-1001", PromiseState.KEPT, days_ago=60)
    making.promised(world.engine, "K-1001", PromiseState.KEPT, days_ago=90)


def down(world: World) -> None:
    world.provider.down = True


def unknown(world: World) -> None:
    unknown_attempt(world.engine, "K-1001", INVOICE)
    down(world)


ON, SMALL = Limits(instalments_on=True), Limits(instalments_on=True, instalments_least_minor=300)

REFUSED: tuple[Refused, ...] = (
    Refused(
        "payments.why_failed",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.payments.why_failed(NOBODY),
    ),
    Refused(
        "payments.why_failed",
        "a number that nobody has",
        Code.NOT_FOUND,
        lambda w: w.business.payments.why_failed(STRANGER),
    ),
    Refused(
        "payments.retry",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.payments.retry(NOBODY, INVOICE, key="k"),
    ),
    Refused(
        "payments.retry",
        "an invoice of somebody else",
        Code.NOT_FOUND,
        lambda w: retry(w, invoice=SEPA),
    ),
    Refused(
        "payments.retry",
        "an invoice that is paid",
        Code.NOTHING_DUE,
        lambda w: retry(w, invoice="RE-1001-0024"),
    ),
    Refused(
        "payments.retry",
        "an account on hold",
        Code.ACCOUNT_ON_HOLD,
        retry,
        lambda w: making.hold(w.engine, "K-1001", HoldKind.DECEASED),
    ),
    Refused(
        "payments.retry",
        "an invoice that is disputed",
        Code.ACCOUNT_ON_HOLD,
        retry,
        lambda w: w.business.payments.dispute(ANNA, INVOICE, "no", key="d"),
    ),
    Refused(
        "payments.retry",
        "a day for an account on hold",
        Code.ACCOUNT_ON_HOLD,
        lambda w: retry(w, SOON),
        lambda w: making.hold(w.engine, "K-1001", HoldKind.HARDSHIP),
    ),
    Refused(
        "payments.retry",
        "a card that has expired",
        Code.RETRY_FORBIDDEN,
        lambda w: w.business.payments.retry(PRIYA, "RE-1007-0002", key="k"),
    ),
    Refused(
        "payments.retry",
        "an account that is closed, on another day",
        Code.RETRY_FORBIDDEN,
        lambda w: w.business.payments.retry(GERDA, "RE-1005-0025", key="k", on=SOON),
    ),
    Refused(
        "payments.retry",
        "a debit whose mandate was revoked",
        Code.RETRY_FORBIDDEN,
        lambda w: w.business.payments.retry(JULIA, SEPA, key="k"),
        lambda w: making.revoke_mandate(w.engine, "K-1003"),
    ),
    Refused(
        "payments.retry",
        "a try beyond the cap",
        Code.RETRY_CAP_REACHED,
        lambda w: w.business.payments.retry(SOFIA, "RE-1009-0017", key="k"),
        use_up,
    ),
    Refused(
        "payments.retry",
        "a day that is over",
        Code.DATE_IN_PAST,
        lambda w: retry(w, TODAY - timedelta(days=1)),
    ),
    Refused(
        "payments.retry",
        "a day after 28 days",
        Code.DATE_TOO_FAR,
        lambda w: retry(w, TODAY + timedelta(days=29)),
    ),
    Refused("payments.retry", "a provider that does not answer", Code.PROVIDER_DOWN, retry, down),
    Refused(
        "payments.retry",
        "another try whose answer was lost",
        Code.PAYMENT_UNKNOWN,
        retry,
        unknown,
    ),
    Refused(
        "payments.pay_link",
        "a debit whose answer was lost",
        Code.PAYMENT_UNKNOWN,
        lambda w: w.business.payments.pay_link(ANNA, key="k"),
        unknown,
    ),
    Refused(
        "payments.retry",
        "a key that was used for another day",
        Code.KEY_REUSED,
        retry,
        lambda w: retry(w, SOON),
    ),
    Refused(
        "payments.retry",
        "no key",
        Code.BAD_INPUT,
        lambda w: w.business.payments.retry(ANNA, INVOICE, key=""),
    ),
    Refused(
        "payments.pay_link",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.payments.pay_link(NOBODY, key="k"),
    ),
    Refused(
        "payments.pay_link",
        "nothing is open",
        Code.NOTHING_DUE,
        lambda w: w.business.payments.pay_link(MARCUS, key="k"),
    ),
    Refused(
        "payments.pay_link",
        "only invoices that are paid",
        Code.NOTHING_DUE,
        lambda w: w.business.payments.pay_link(ANNA, ("RE-1001-0024",), key="k"),
    ),
    Refused(
        "payments.pay_link",
        "an invoice of somebody else among the own",
        Code.NOT_FOUND,
        lambda w: w.business.payments.pay_link(ANNA, (INVOICE, SEPA), key="k"),
    ),
    Refused(
        "payments.pay_link",
        "a provider that does not answer",
        Code.PROVIDER_DOWN,
        lambda w: w.business.payments.pay_link(ANNA, key="k"),
        down,
    ),
    Refused(
        "payments.pay_link",
        "a key that was used for other invoices",
        Code.KEY_REUSED,
        lambda w: w.business.payments.pay_link(ANNA, (INVOICE,), key="k"),
        lambda w: w.business.payments.pay_link(ANNA, key="k"),
    ),
    Refused(
        "payments.promise_terms",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.payments.promise_terms(NOBODY),
    ),
    Refused(
        "payments.promise_terms",
        "nothing is due",
        Code.NOTHING_DUE,
        lambda w: w.business.payments.promise_terms(MARCUS),
    ),
    Refused(
        "payments.promise_terms",
        "another promise is open",
        Code.PROMISE_OPEN,
        promise_terms,
        lambda w: w.business.payments.promise(ANNA, SOON, key="first"),
    ),
    Refused(
        "payments.promise_terms",
        "two promises in a year",
        Code.PROMISE_CAP,
        promise_terms,
        two_kept,
    ),
    Refused(
        "payments.promise_terms",
        "a broken promise in a year",
        Code.PROMISE_BROKEN,
        promise_terms,
        lambda w: making.promised(w.engine, "K-1001", PromiseState.BROKEN, days_ago=90),
    ),
    Refused(
        "payments.promise",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.payments.promise(NOBODY, SOON, key="k"),
    ),
    Refused(
        "payments.promise",
        "nothing is due",
        Code.NOTHING_DUE,
        lambda w: w.business.payments.promise(MARCUS, SOON, key="k"),
    ),
    Refused(
        "payments.promise",
        "more than 14 days",
        Code.PROMISE_TOO_LATE,
        lambda w: promise(w, TODAY + timedelta(days=15)),
    ),
    Refused(
        "payments.promise",
        "a day that is over",
        Code.DATE_IN_PAST,
        lambda w: promise(w, TODAY - timedelta(days=1)),
    ),
    Refused(
        "payments.promise",
        "a promise while another is open",
        Code.PROMISE_OPEN,
        promise,
        lambda w: w.business.payments.promise(ANNA, SOON, key="first"),
    ),
    Refused(
        "payments.promise",
        "a third promise in a year",
        Code.PROMISE_CAP,
        promise,
        two_kept,
    ),
    Refused(
        "payments.promise",
        "a promise after a broken one",
        Code.PROMISE_BROKEN,
        promise,
        lambda w: making.promised(w.engine, "K-1001", PromiseState.BROKEN, days_ago=90),
    ),
    Refused(
        "payments.promise",
        "a key that was used for another day",
        Code.KEY_REUSED,
        lambda w: promise(w, TODAY),
        promise,
    ),
    Refused(
        "payments.instalment_terms",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.payments.instalment_terms(NOBODY),
    ),
    Refused(
        "payments.agree_instalments",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.payments.agree_instalments(NOBODY, 2, key="k"),
    ),
    Refused(
        "payments.agree_instalments",
        "an operator who does not offer it",
        Code.INSTALMENTS_OFF,
        lambda w: w.business.payments.agree_instalments(ANNA, 2, key="k"),
    ),
    Refused(
        "payments.agree_instalments",
        "nothing is due",
        Code.NOTHING_DUE,
        lambda w: in_parts(w, 2, ON, MARCUS),
    ),
    Refused(
        "payments.agree_instalments",
        "four parts",
        Code.INSTALMENTS_LIMIT,
        lambda w: in_parts(w, 4, SMALL),
    ),
    Refused(
        "payments.agree_instalments",
        "one part",
        Code.INSTALMENTS_LIMIT,
        lambda w: in_parts(w, 1, SMALL),
    ),
    Refused(
        "payments.agree_instalments",
        "parts that are too small",
        Code.INSTALMENTS_LIMIT,
        lambda w: in_parts(w, 2, ON),
    ),
    Refused(
        "payments.agree_instalments",
        "a second plan beside the first",
        Code.INSTALMENTS_LIMIT,
        lambda w: in_parts(w, 2, SMALL),
        lambda w: making.agreed(w.engine, "K-1001", INVOICE),
    ),
    Refused(
        "payments.agree_instalments",
        "a key that was used for another number of parts",
        Code.KEY_REUSED,
        lambda w: in_parts(w, 3, SMALL),
        lambda w: in_parts(w, 2, SMALL),
    ),
    Refused(
        "payments.claim_paid",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.payments.claim_paid(NOBODY, key="k"),
    ),
    Refused(
        "payments.claim_paid",
        "a second claim while the first is looked into",
        Code.ALREADY_HELD,
        lambda w: w.business.payments.claim_paid(ANNA, key="k"),
        lambda w: w.business.payments.claim_paid(ANNA, key="first"),
    ),
    Refused(
        "payments.claim_paid",
        "a text without end",
        Code.TEXT_TOO_LONG,
        lambda w: w.business.payments.claim_paid(ANNA, Paid(text="x" * 4001), key="k"),
    ),
    Refused(
        "payments.claim_paid",
        "a key that was used for another amount",
        Code.KEY_REUSED,
        lambda w: w.business.payments.claim_paid(ANNA, Paid(amount=Money(2)), key="k"),
        lambda w: w.business.payments.claim_paid(ANNA, Paid(amount=Money(1)), key="k"),
    ),
    Refused(
        "payments.dispute",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.payments.dispute(NOBODY, INVOICE, "no", key="k"),
    ),
    Refused(
        "payments.dispute",
        "an invoice of somebody else",
        Code.NOT_FOUND,
        lambda w: w.business.payments.dispute(ANNA, SEPA, "no", key="k"),
    ),
    Refused(
        "payments.dispute",
        "a key that was used for other words",
        Code.KEY_REUSED,
        lambda w: w.business.payments.dispute(ANNA, INVOICE, "no", key="k"),
        lambda w: w.business.payments.dispute(ANNA, INVOICE, "never", key="k"),
    ),
    # A hardship is never refused for what it says; a key is the program's to give.
    Refused(
        "payments.hardship",
        "no key",
        Code.BAD_INPUT,
        lambda w: w.business.payments.hardship(NOBODY, "I lost my job", key=""),
    ),
    Refused(
        "payments.hardship",
        "a key that was used for other words",
        Code.KEY_REUSED,
        lambda w: w.business.payments.hardship(ANNA, "I lost my job", key="k"),
        lambda w: w.business.payments.hardship(ANNA, "I am ill", key="k"),
    ),
    Refused(
        "payments.dunning_status",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.payments.dunning_status(NOBODY),
    ),
    Refused(
        "payments.access_status",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.payments.access_status(NOBODY),
    ),
)
