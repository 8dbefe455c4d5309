"""What the use cases of cases and calls refuse."""

from collections.abc import Callable
from datetime import datetime, timedelta

from subscriptions.entities.cases import CaseState
from subscriptions.errors import Code
from subscriptions.model.base import Caller
from subscriptions.model.cases import CallbackReceipt
from tests.integration.subscriptions.making_cases import (
    MONDAY_NINE,
    MONDAY_TEN,
    PHONE,
    opened_case,
    phone_on_file,
    promised_call,
)
from tests.integration.subscriptions.people import AGENT, NOBODY, bot_for
from tests.integration.subscriptions.refusals import Refused, World

MINE = "F-MINE"
READ = bot_for("K-1002")
OTHER = bot_for("K-1001")


def call(
    world: World,
    from_at: datetime = MONDAY_NINE,
    until_at: datetime = MONDAY_TEN,
    *,
    phone: str | None = PHONE,
    caller: Caller = NOBODY,
    case: str | None = None,
) -> CallbackReceipt:
    return world.business.cases.call_back(caller, phone, from_at, until_at, key="k", case=case)


def case_of_mine(world: World) -> None:
    opened_case(world.engine, "K-1002", number=MINE)


def closed_case(world: World) -> None:
    opened_case(world.engine, "K-1002", number=MINE, state=CaseState.CLOSED)


def call_of_mine(world: World) -> None:
    promised_call(world.engine, opened_case(world.engine, "K-1002", number=MINE))


def broken_call(world: World) -> None:
    promised_call(world.engine, opened_case(world.engine, "K-1002", number=MINE), state="broken")


def no_phone(world: World) -> None:
    phone_on_file(world.engine, "K-1002", None)


def key_of(caller: Caller) -> Callable[[World], None]:
    """The key is used for a complaint; desk writes share the keys of nobody."""

    def use(world: World) -> None:
        case_of_mine(world)
        world.business.cases.complain(caller, "Something else.", key="k")

    return use


def key_with_call(world: World) -> None:
    call_of_mine(world)
    world.business.cases.complain(AGENT, "Something else.", key="k")


OURS = key_of(NOBODY)
READERS = key_of(READ)
_C = "cases."
REFUSED: tuple[Refused, ...] = (
    Refused(
        _C + "complain",
        "nothing but blanks",
        Code.TEXT_MISSING,
        lambda w: w.business.cases.complain(NOBODY, " \n", key="k"),
    ),
    Refused(
        _C + "complain",
        "4,001 letters",
        Code.TEXT_TOO_LONG,
        lambda w: w.business.cases.complain(NOBODY, "x" * 4001, key="k"),
    ),
    Refused(
        _C + "complain",
        "a topic of 61 letters",
        Code.TEXT_TOO_LONG,
        lambda w: w.business.cases.complain(NOBODY, "Wet.", key="k", about="x" * 61),
    ),
    Refused(
        _C + "complain",
        "the key of another order",
        Code.KEY_REUSED,
        lambda w: w.business.cases.complain(NOBODY, "Wet.", key="k"),
        OURS,
    ),
    Refused(
        _C + "order_help",
        "nobody is identified and nothing is said",
        Code.TEXT_MISSING,
        lambda w: w.business.cases.order_help(NOBODY, key="k"),
    ),
    Refused(
        _C + "order_help",
        "4,001 letters",
        Code.TEXT_TOO_LONG,
        lambda w: w.business.cases.order_help(READ, "x" * 4001, key="k"),
    ),
    Refused(
        _C + "order_help",
        "the key of another order",
        Code.KEY_REUSED,
        lambda w: w.business.cases.order_help(NOBODY, "order 12", key="k"),
        OURS,
    ),
    Refused(
        _C + "status",
        "nobody is identified and no number is given",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.cases.status(NOBODY),
    ),
    Refused(
        _C + "status",
        "a number that there is not",
        Code.CASE_UNKNOWN,
        lambda w: w.business.cases.status(READ, "F-NONE"),
        case_of_mine,
    ),
    Refused(
        _C + "call_back",
        "a Sunday",
        Code.CALLBACK_OUTSIDE_HOURS,
        lambda w: call(w, MONDAY_NINE - timedelta(days=1), MONDAY_TEN - timedelta(days=1)),
    ),
    Refused(
        _C + "call_back",
        "half past eight",
        Code.CALLBACK_OUTSIDE_HOURS,
        lambda w: call(w, MONDAY_NINE - timedelta(minutes=30)),
    ),
    Refused(
        _C + "call_back",
        "until half past seven in the evening",
        Code.CALLBACK_OUTSIDE_HOURS,
        lambda w: call(w, until_at=MONDAY_NINE + timedelta(hours=10, minutes=30)),
    ),
    Refused(
        _C + "call_back",
        "from Monday to Tuesday",
        Code.CALLBACK_OUTSIDE_HOURS,
        lambda w: call(w, until_at=MONDAY_TEN + timedelta(days=1)),
    ),
    Refused(
        _C + "call_back",
        "a time that has passed",
        Code.CALLBACK_OUTSIDE_HOURS,
        lambda w: call(w, MONDAY_NINE - timedelta(days=3), MONDAY_TEN - timedelta(days=3)),
    ),
    Refused(
        _C + "call_back",
        "an end before the beginning",
        Code.CALLBACK_OUTSIDE_HOURS,
        lambda w: call(w, MONDAY_TEN, MONDAY_NINE),
    ),
    Refused(
        _C + "call_back",
        "15 days ahead",
        Code.CALLBACK_OUTSIDE_HOURS,
        lambda w: call(w, MONDAY_NINE + timedelta(days=14), MONDAY_TEN + timedelta(days=14)),
    ),
    Refused(
        _C + "call_back",
        "times without a zone",
        Code.BAD_INPUT,
        lambda w: call(w, MONDAY_NINE.replace(tzinfo=None), MONDAY_TEN.replace(tzinfo=None)),
    ),
    Refused(
        _C + "call_back",
        "a number with too few digits",
        Code.PHONE_INVALID,
        lambda w: call(w, phone="0151"),
    ),
    Refused(
        _C + "call_back",
        "a number that costs the one who calls",
        Code.PHONE_INVALID,
        lambda w: call(w, phone="0900 1 234567"),
    ),
    Refused(
        _C + "call_back",
        "no number and none on file",
        Code.PHONE_INVALID,
        lambda w: call(w, phone=None, caller=READ),
        no_phone,
    ),
    Refused(
        _C + "call_back",
        "a case that there is not",
        Code.CASE_UNKNOWN,
        lambda w: call(w, case="F-NONE"),
    ),
    Refused(
        _C + "call_back",
        "somebody else's case",
        Code.CASE_UNKNOWN,
        lambda w: call(w, caller=OTHER, case=MINE),
        case_of_mine,
    ),
    Refused(_C + "call_back", "the key of another order", Code.KEY_REUSED, lambda w: call(w), OURS),
    Refused(
        _C + "withdraw_call_back",
        "a call that there is not",
        Code.NOT_FOUND,
        lambda w: w.business.cases.withdraw_call_back(READ, "T-NONE", key="k"),
    ),
    Refused(
        _C + "withdraw_call_back",
        "somebody else's call",
        Code.NOT_FOUND,
        lambda w: w.business.cases.withdraw_call_back(OTHER, "T-1", key="k"),
        call_of_mine,
    ),
    Refused(
        _C + "withdraw_call_back",
        "a call that was missed",
        Code.ILLEGAL_STEP,
        lambda w: w.business.cases.withdraw_call_back(READ, "T-1", key="k"),
        broken_call,
    ),
    Refused(
        _C + "withdraw_call_back",
        "the key of another order",
        Code.KEY_REUSED,
        lambda w: w.business.cases.withdraw_call_back(READ, "T-1", key="k"),
        READERS,
    ),
    Refused(
        _C + "promised_call",
        "a call that there is not",
        Code.NOT_FOUND,
        lambda w: w.business.cases.promised_call("T-NONE"),
        call_of_mine,
    ),
    Refused(
        _C + "keep_call_back",
        "a subscriber instead of the desk",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.cases.keep_call_back(READ, "T-1", key="k"),
        call_of_mine,
    ),
    Refused(
        _C + "keep_call_back",
        "a call that there is not",
        Code.NOT_FOUND,
        lambda w: w.business.cases.keep_call_back(AGENT, "T-NONE", key="k"),
    ),
    Refused(
        _C + "keep_call_back",
        "a call that was missed",
        Code.ILLEGAL_STEP,
        lambda w: w.business.cases.keep_call_back(AGENT, "T-1", key="k"),
        broken_call,
    ),
    Refused(
        _C + "keep_call_back",
        "the key of another order",
        Code.KEY_REUSED,
        lambda w: w.business.cases.keep_call_back(AGENT, "T-1", key="k"),
        key_with_call,
    ),
    Refused(
        _C + "assign",
        "a subscriber instead of the desk",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.cases.assign(READ, MINE, "kim", key="k"),
        case_of_mine,
    ),
    Refused(
        _C + "assign",
        "a case that there is not",
        Code.CASE_UNKNOWN,
        lambda w: w.business.cases.assign(AGENT, "F-NONE", "kim", key="k"),
    ),
    Refused(
        _C + "assign",
        "the key of another order",
        Code.KEY_REUSED,
        lambda w: w.business.cases.assign(AGENT, MINE, "kim", key="k"),
        OURS,
    ),
    Refused(
        _C + "wait_for_subscriber",
        "a subscriber instead of the desk",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.cases.wait_for_subscriber(READ, MINE, key="k"),
        case_of_mine,
    ),
    Refused(
        _C + "wait_for_subscriber",
        "a case that there is not",
        Code.CASE_UNKNOWN,
        lambda w: w.business.cases.wait_for_subscriber(AGENT, "F-NONE", key="k"),
    ),
    Refused(
        _C + "wait_for_subscriber",
        "a closed case",
        Code.ILLEGAL_STEP,
        lambda w: w.business.cases.wait_for_subscriber(AGENT, MINE, key="k"),
        closed_case,
    ),
    Refused(
        _C + "wait_for_subscriber",
        "the key of another order",
        Code.KEY_REUSED,
        lambda w: w.business.cases.wait_for_subscriber(AGENT, MINE, key="k"),
        OURS,
    ),
    Refused(
        _C + "close_case",
        "a subscriber instead of the desk",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.cases.close_case(READ, MINE, "Done.", key="k"),
        case_of_mine,
    ),
    Refused(
        _C + "close_case",
        "no outcome",
        Code.TEXT_MISSING,
        lambda w: w.business.cases.close_case(AGENT, MINE, "", key="k"),
        case_of_mine,
    ),
    Refused(
        _C + "close_case",
        "an outcome of 301 letters",
        Code.TEXT_TOO_LONG,
        lambda w: w.business.cases.close_case(AGENT, MINE, "x" * 301, key="k"),
        case_of_mine,
    ),
    Refused(
        _C + "close_case",
        "a case that there is not",
        Code.CASE_UNKNOWN,
        lambda w: w.business.cases.close_case(AGENT, "F-NONE", "Done.", key="k"),
    ),
    Refused(
        _C + "close_case",
        "a closed case",
        Code.ILLEGAL_STEP,
        lambda w: w.business.cases.close_case(AGENT, MINE, "Done.", key="k"),
        closed_case,
    ),
    Refused(
        _C + "close_case",
        "the key of another order",
        Code.KEY_REUSED,
        lambda w: w.business.cases.close_case(AGENT, MINE, "Done.", key="k"),
        OURS,
    ),
    Refused(
        _C + "reopen",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.cases.reopen(NOBODY, MINE, key="k"),
        closed_case,
    ),
    Refused(
        _C + "reopen",
        "somebody else's case",
        Code.CASE_UNKNOWN,
        lambda w: w.business.cases.reopen(OTHER, MINE, key="k"),
        closed_case,
    ),
    Refused(
        _C + "reopen",
        "an open case",
        Code.ILLEGAL_STEP,
        lambda w: w.business.cases.reopen(READ, MINE, key="k"),
        case_of_mine,
    ),
    Refused(
        _C + "reopen",
        "the key of another order",
        Code.KEY_REUSED,
        lambda w: w.business.cases.reopen(READ, MINE, key="k"),
        READERS,
    ),
)
