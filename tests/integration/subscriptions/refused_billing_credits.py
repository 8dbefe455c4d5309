"""What goodwill on the next invoice refuses."""

from collections.abc import Callable, Iterator
from datetime import date

from subscriptions.errors import Code
from subscriptions.model.base import Caller, Level, Money
from tests.integration.subscriptions import making_billing as making
from tests.integration.subscriptions.people import AGENT, bot_for
from tests.integration.subscriptions.refusals import Refused, World, nothing


def kim_for(number: str) -> Caller:
    """A person at the desk, asking for an identified customer."""
    return Caller(number, Level.IDENTIFIED, AGENT.actor)


KIM = kim_for("K-1002")
QUOTE, CREDIT = "billing.credit_quote", "billing.credit"
GIVE = Money(300)


def making_of(make: Callable[..., object], **values: object) -> Callable[[World], None]:
    def prepare(world: World) -> None:
        make(world.engine, **values)

    return prepare


def given(world: World) -> None:
    world.business.billing.credit(KIM, Money(100), key="k")


def rows(
    told: str,
    code: Code,
    caller: Caller = KIM,
    *,
    amount: Money = GIVE,
    subscription: str | None = None,
    prepare: Callable[[World], None] = nothing,
) -> Iterator[Refused]:
    """The same for the quote and for the credit."""
    yield Refused(
        QUOTE,
        told,
        code,
        lambda w: w.business.billing.credit_quote(caller, amount, subscription=subscription),
        prepare,
    )
    yield Refused(
        CREDIT,
        told,
        code,
        lambda w: w.business.billing.credit(caller, amount, key="k", subscription=subscription),
        prepare,
    )


ENDING = making_of(making.contract, state="cancel_scheduled", ends_on=date(2026, 12, 11))
REFUSED: tuple[Refused, ...] = (
    *rows("nobody at the desk gives it", Code.IDENTITY_NEEDED, bot_for("K-1002")),
    *rows("nobody is identified", Code.IDENTITY_NEEDED, AGENT),
    *rows("a customer without a contract", Code.CONTRACT_MISSING, kim_for("K-9999")),
    *rows("a contract of somebody else", Code.NOT_FOUND, subscription="S-1001"),
    *rows(
        "several contracts and none named",
        Code.WHICH_CONTRACT,
        prepare=making_of(making.second_contract),
    ),
    *rows("no money", Code.BAD_INPUT, amount=Money(0)),
    *rows("an amount below zero", Code.BAD_INPUT, amount=Money(-1)),
    *rows("another currency", Code.BAD_INPUT, amount=Money(100, "CHF")),
    *rows("more than the next invoice comes to", Code.BAD_INPUT, amount=Money(100_000)),
    *rows(
        "a contract that a partner bills",
        Code.SOLD_BY_PARTNER,
        prepare=making_of(making.contract, channel="partner"),
    ),
    *rows(
        "a contract that somebody else pays",
        Code.PAID_BY_OTHER,
        prepare=making_of(making.contract, account="A-1001"),
    ),
    *rows("a contract that ends before its next invoice", Code.ILLEGAL_STEP, prepare=ENDING),
    Refused(
        CREDIT,
        "a key that was used for another amount",
        Code.KEY_REUSED,
        lambda w: w.business.billing.credit(KIM, GIVE, key="k"),
        given,
    ),
)
