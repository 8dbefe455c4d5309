"""What the use cases of the printed issue refuse."""

from datetime import date

from subscriptions.errors import Code
from subscriptions.model.base import Caller
from subscriptions.model.delivery import (
    ProblemKind,
    ProblemReceipt,
    Remedy,
    SuspensionKind,
    SuspensionQuote,
    SuspensionReceipt,
)
from subscriptions.model.profile import NewAddress
from tests.integration.subscriptions.making_delivery import (
    PAPER,
    READER,
    interruption,
    printed_contract,
    reported_issue,
)
from tests.integration.subscriptions.people import NOBODY, bot_for
from tests.integration.subscriptions.refusals import Refused, World

FRIDAY = date(2026, 11, 20)
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 12)
HOME = NewAddress("delivery", "Am Deich 4", "25813", "Husum")
READ = bot_for(READER)


def report(
    world: World, day: date = FRIDAY, *, caller: Caller = READ, key: str = "k"
) -> ProblemReceipt:
    return world.business.delivery.report_problem(
        caller, day, ProblemKind.MISSING, Remedy.CREDIT, key=key, subscription=PAPER
    )


def suspend(
    world: World,
    first: date = FIRST,
    last: date = LAST,
    *,
    caller: Caller = READ,
    contract: str | None = PAPER,
) -> SuspensionReceipt:
    return world.business.delivery.suspend(caller, first, last, key="k", subscription=contract)


def quote(world: World, first: date = FIRST, *, place: NewAddress | None = None) -> SuspensionQuote:
    return world.business.delivery.suspension_quote(
        READ, first, LAST, address=place, subscription=PAPER
    )


def redirect(
    world: World, place: NewAddress = HOME, *, caller: Caller = READ, last: date = LAST
) -> SuspensionReceipt:
    return world.business.delivery.redirect(caller, FIRST, last, place, key="k", subscription=PAPER)


def withdraw(world: World, number: str = "U-1", caller: Caller = READ) -> SuspensionReceipt:
    return world.business.delivery.withdraw_suspension(caller, number, key="k")


def paper(world: World) -> None:
    printed_contract(world.engine)


def paper_resting(world: World) -> None:
    """Interrupted from the 16th of November to the 24th: it ends before anything could reach the deliverers."""
    printed_contract(world.engine)
    interruption(world.engine, date(2026, 11, 16), date(2026, 11, 24))


def paper_resting_later(world: World) -> None:
    printed_contract(world.engine)
    interruption(world.engine, LAST, date(2026, 12, 20))


def paper_reported(world: World) -> None:
    printed_contract(world.engine)
    reported_issue(world.engine, FRIDAY)


def used_key(world: World) -> None:
    printed_contract(world.engine)
    suspend(world, date(2026, 12, 14), date(2026, 12, 15))


_D = "delivery."
REFUSED: tuple[Refused, ...] = (
    Refused(
        _D + "deliveries",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.delivery.deliveries(NOBODY),
    ),
    Refused(
        _D + "deliveries",
        "a contract without print",
        Code.NO_DELIVERY,
        lambda w: w.business.delivery.deliveries(READ),
    ),
    Refused(
        _D + "deliveries",
        "several contracts and none named",
        Code.WHICH_CONTRACT,
        lambda w: w.business.delivery.deliveries(READ),
        paper,
    ),
    Refused(
        _D + "deliveries",
        "somebody else's contract",
        Code.NOT_FOUND,
        lambda w: w.business.delivery.deliveries(bot_for("K-1001"), PAPER),
        paper,
    ),
    Refused(
        _D + "suspensions",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.delivery.suspensions(NOBODY),
    ),
    Refused(
        _D + "suspensions",
        "a contract without print",
        Code.NO_DELIVERY,
        lambda w: w.business.delivery.suspensions(READ),
    ),
    Refused(
        _D + "report_problem",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: report(w, caller=NOBODY),
    ),
    Refused(
        _D + "report_problem",
        "a contract without print",
        Code.NO_DELIVERY,
        lambda w: w.business.delivery.report_problem(
            READ, FRIDAY, ProblemKind.LATE, Remedy.CREDIT, key="k"
        ),
    ),
    Refused(
        _D + "report_problem",
        "the issue of a Sunday",
        Code.ISSUE_UNKNOWN,
        lambda w: report(w, date(2026, 11, 15)),
        paper,
    ),
    Refused(
        _D + "report_problem",
        "the issue of the day after tomorrow",
        Code.ISSUE_UNKNOWN,
        lambda w: report(w, date(2026, 11, 23)),
        paper,
    ),
    Refused(
        _D + "report_problem",
        "an issue of more than 30 days ago",
        Code.ISSUE_UNKNOWN,
        lambda w: report(w, date(2026, 10, 21)),
        paper,
    ),
    Refused(
        _D + "report_problem",
        "an issue from before the contract",
        Code.ISSUE_UNKNOWN,
        lambda w: report(w, date(2026, 11, 2)),
        lambda w: printed_contract(w.engine, started_on=date(2026, 11, 3)) and None,
    ),
    Refused(
        _D + "report_problem",
        "an issue that was interrupted",
        Code.ISSUE_UNKNOWN,
        lambda w: report(w),
        paper_resting,
    ),
    Refused(
        _D + "report_problem",
        "an issue that was reported already",
        Code.REPORTED_ALREADY,
        lambda w: report(w),
        paper_reported,
    ),
    Refused(
        _D + "report_problem",
        "the key of another order",
        Code.KEY_REUSED,
        lambda w: report(w),
        used_key,
    ),
    Refused(
        _D + "problem_offer",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.delivery.problem_offer(NOBODY, FRIDAY),
    ),
    Refused(
        _D + "problem_offer",
        "the issue of a Sunday",
        Code.ISSUE_UNKNOWN,
        lambda w: w.business.delivery.problem_offer(READ, date(2026, 11, 15), PAPER),
        paper,
    ),
    Refused(
        _D + "problem_offer",
        "an issue that was reported already",
        Code.REPORTED_ALREADY,
        lambda w: w.business.delivery.problem_offer(READ, FRIDAY, PAPER),
        paper_reported,
    ),
    Refused(
        _D + "suspension_quote",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.delivery.suspension_quote(NOBODY, FIRST, LAST),
    ),
    Refused(
        _D + "suspension_quote",
        "from the day before the deliverers can know",
        Code.DATE_TOO_SOON,
        lambda w: quote(w, date(2026, 11, 24)),
        paper,
    ),
    Refused(
        _D + "suspension_quote",
        "days of another interruption",
        Code.SUSPENSION_OVERLAPS,
        lambda w: quote(w),
        paper_resting_later,
    ),
    Refused(
        _D + "suspension_quote",
        "an address with an interruption",
        Code.BAD_INPUT,
        lambda w: quote(w, place=HOME),
        paper,
    ),
    Refused(
        _D + "suspend",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: suspend(w, caller=NOBODY),
    ),
    Refused(
        _D + "suspend",
        "a contract without print",
        Code.NO_DELIVERY,
        lambda w: suspend(w, contract=None),
    ),
    Refused(
        _D + "suspend",
        "from the day before the deliverers can know",
        Code.DATE_TOO_SOON,
        lambda w: suspend(w, date(2026, 11, 24)),
        paper,
    ),
    Refused(
        _D + "suspend",
        "61 days",
        Code.SUSPENSION_TOO_LONG,
        lambda w: suspend(w, FIRST, date(2027, 1, 30)),
        paper,
    ),
    Refused(
        _D + "suspend",
        "an end before its beginning",
        Code.BAD_INPUT,
        lambda w: suspend(w, LAST, FIRST),
        paper,
    ),
    Refused(
        _D + "suspend",
        "a year and a week ahead",
        Code.BAD_INPUT,
        lambda w: suspend(w, date(2027, 11, 29), date(2027, 11, 30)),
        paper,
    ),
    Refused(
        _D + "suspend",
        "a Sunday only",
        Code.BAD_INPUT,
        lambda w: suspend(w, date(2026, 12, 6), date(2026, 12, 6)),
        paper,
    ),
    Refused(
        _D + "suspend",
        "days after the end of the contract",
        Code.BAD_INPUT,
        lambda w: suspend(w),
        lambda w: printed_contract(w.engine, ends_on=date(2026, 12, 1)) and None,
    ),
    Refused(
        _D + "suspend",
        "a last day on which another interruption begins",
        Code.SUSPENSION_OVERLAPS,
        lambda w: suspend(w),
        paper_resting_later,
    ),
    Refused(
        _D + "suspend",
        "a redirection without an address",
        Code.BAD_INPUT,
        lambda w: w.business.delivery.suspend(
            READ, FIRST, LAST, SuspensionKind.REDIRECT, key="k", subscription=PAPER
        ),
        paper,
    ),
    Refused(
        _D + "suspend", "the key of another order", Code.KEY_REUSED, lambda w: suspend(w), used_key
    ),
    Refused(
        _D + "redirect",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: redirect(w, caller=NOBODY),
    ),
    Refused(
        _D + "redirect",
        "an address abroad",
        Code.ADDRESS_ABROAD,
        lambda w: redirect(w, NewAddress("delivery", "Graben 1", "1010", "Wien", "AT")),
        paper,
    ),
    Refused(
        _D + "redirect",
        "a postcode of four digits",
        Code.ADDRESS_INVALID,
        lambda w: redirect(w, NewAddress("delivery", "Am Deich 4", "2581", "Husum")),
        paper,
    ),
    Refused(
        _D + "redirect",
        "an address without a street",
        Code.ADDRESS_INVALID,
        lambda w: redirect(w, NewAddress("delivery", " ", "25813", "Husum")),
        paper,
    ),
    Refused(
        _D + "redirect",
        "a city of digits",
        Code.ADDRESS_INVALID,
        lambda w: redirect(w, NewAddress("delivery", "Am Deich 4", "25813", "25813")),
        paper,
    ),
    Refused(
        _D + "redirect",
        "more than 60 days",
        Code.SUSPENSION_TOO_LONG,
        lambda w: redirect(w, last=date(2027, 2, 1)),
        paper,
    ),
    Refused(
        _D + "redirect",
        "days of another interruption",
        Code.SUSPENSION_OVERLAPS,
        lambda w: redirect(w),
        paper_resting_later,
    ),
    Refused(
        _D + "redirect",
        "the key of another order",
        Code.KEY_REUSED,
        lambda w: redirect(w),
        used_key,
    ),
    Refused(
        _D + "withdraw_suspension",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: withdraw(w, caller=NOBODY),
    ),
    Refused(
        _D + "withdraw_suspension",
        "a number that there is not",
        Code.NOT_FOUND,
        lambda w: withdraw(w, "U-none"),
        paper,
    ),
    Refused(
        _D + "withdraw_suspension",
        "somebody else's",
        Code.NOT_FOUND,
        lambda w: withdraw(w, caller=bot_for("K-1001")),
        paper_resting,
    ),
    Refused(
        _D + "withdraw_suspension",
        "one that ends before it could be stopped",
        Code.DATE_TOO_SOON,
        lambda w: withdraw(w),
        paper_resting,
    ),
    Refused(
        _D + "withdraw_suspension",
        "the key of another order",
        Code.KEY_REUSED,
        lambda w: withdraw(w),
        used_key,
    ),
)
