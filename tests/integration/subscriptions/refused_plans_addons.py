"""What the use cases of add-ons and pauses refuse."""

from collections.abc import Callable
from datetime import date

from subscriptions.errors import Code
from subscriptions.model.base import Caller
from subscriptions.model.contracts import SubscriptionState
from tests.integration.subscriptions.making_plans import (
    ANNA,
    BEN,
    book,
    cancel,
    earlier_pause,
)
from tests.integration.subscriptions.people import NOBODY
from tests.integration.subscriptions.refusals import Refused, World, nothing
from tests.integration.subscriptions.refused_plans import (
    STRANGER,
    other_pays,
    read,
    two,
    with_values,
)

S = SubscriptionState


def addon(
    code: Code,
    given: str,
    prepare: Callable[[World], object] = nothing,
    *,
    wanted: tuple[str, int] = ("learn-seat", 1),
    caller: Caller = BEN,
) -> Refused:
    """No offer for an add-on."""
    return Refused(
        "plans.quote_addon",
        given,
        code,
        lambda w: w.business.plans.quote_addon(caller, *wanted),
        prepare,
    )


def remove(
    code: Code,
    given: str,
    prepare: Callable[[World], object] = nothing,
    *,
    wanted: tuple[str, int | None] = ("learn-seat", None),
    caller: Caller = BEN,
) -> Refused:
    """No add-on is removed."""
    return Refused(
        "plans.remove_addon",
        given,
        code,
        lambda w: w.business.plans.remove_addon(caller, wanted[0], quantity=wanted[1], key="k"),
        prepare,
    )


def pause(
    code: Code,
    given: str,
    prepare: Callable[[World], object] = nothing,
    *,
    months: int = 1,
    from_on: date | None = None,
    caller: Caller = BEN,
) -> tuple[Refused, Refused]:
    """No pause, and no terms of one."""
    return (
        Refused(
            "plans.pause",
            given,
            code,
            lambda w: w.business.plans.pause(caller, months, from_on, key="k"),
            prepare,
        ),
        Refused(
            "plans.pause_quote",
            given,
            code,
            lambda w: w.business.plans.pause_quote(caller, months, from_on),
            prepare,
        ),
    )


def resume(
    code: Code,
    given: str,
    prepare: Callable[[World], object] = nothing,
    caller: Caller = BEN,
) -> Refused:
    """No pause ends."""
    return read("resume", code, given, lambda w: w.business.plans.resume(caller, key="k"), prepare)


def _paused(world: World) -> None:
    world.business.plans.pause(BEN, 1, key="k")


def _paused_before(world: World) -> None:
    earlier_pause(world.engine, "K-1004", date(2026, 1, 6), date(2026, 2, 6))


def _removed_one(world: World) -> None:
    book(world.engine, quantity=2)
    world.business.plans.remove_addon(BEN, "learn-seat", quantity=1, key="k")


ADDONS = (
    addon(Code.IDENTITY_NEEDED, "nobody is identified", caller=NOBODY),
    addon(Code.CONTRACT_MISSING, "no contract", caller=STRANGER),
    addon(Code.ADDON_UNKNOWN, "no such add-on", wanted=("learn-coffee", 1)),
    addon(Code.ADDON_UNKNOWN, "an add-on of another product", wanted=("stream-sports", 1)),
    addon(Code.BAD_INPUT, "no pieces", wanted=("learn-seat", 0)),
    addon(Code.ADDON_LIMIT, "more pieces than a contract may have", wanted=("learn-seat", 6)),
    addon(Code.ADDON_LIMIT, "all pieces are booked", lambda w: book(w.engine, quantity=5)),
    addon(Code.PAST_DUE, "something is owed", wanted=("stream-sports", 1), caller=ANNA),
    addon(Code.CHANGE_PENDING, "the end is scheduled", lambda w: cancel(w.engine)),
    addon(Code.SOLD_BY_PARTNER, "a partner sold it", with_values(channel="partner")),
    addon(Code.PAID_BY_OTHER, "somebody else pays", other_pays),
    read(
        "addons",
        Code.IDENTITY_NEEDED,
        "nobody is identified",
        lambda w: w.business.plans.addons(NOBODY),
    ),
    read(
        "addons", Code.CONTRACT_MISSING, "no contract", lambda w: w.business.plans.addons(STRANGER)
    ),
    read(
        "addons",
        Code.WHICH_CONTRACT,
        "several contracts, none named",
        lambda w: w.business.plans.addons(BEN),
        two,
    ),
    remove(Code.IDENTITY_NEEDED, "nobody is identified", caller=NOBODY),
    remove(Code.ADDON_UNKNOWN, "no such add-on", wanted=("learn-coffee", None)),
    remove(Code.ADDON_NOT_BOOKED, "it is not booked"),
    remove(
        Code.ADDON_NOT_BOOKED,
        "its end is scheduled",
        lambda w: book(w.engine, ends_on=date(2026, 12, 6)),
    ),
    remove(
        Code.BAD_INPUT,
        "more pieces than are booked",
        lambda w: book(w.engine),
        wanted=("learn-seat", 2),
    ),
    remove(Code.WHICH_CONTRACT, "several contracts, none named", two),
    remove(
        Code.KEY_REUSED,
        "the key of another removal",
        _removed_one,
    ),
)


PAUSES = (
    *pause(Code.IDENTITY_NEEDED, "nobody is identified", caller=NOBODY),
    *pause(Code.CONTRACT_MISSING, "no contract", caller=STRANGER),
    *pause(Code.WHICH_CONTRACT, "several contracts, none named", two),
    *pause(Code.BAD_INPUT, "no months", months=0),
    *pause(Code.PAUSE_TOO_LONG, "four months", months=4),
    *pause(Code.DATE_IN_PAST, "from yesterday on", from_on=date(2026, 11, 20)),
    *pause(Code.DATE_TOO_FAR, "from a day in two years on", from_on=date(2028, 11, 21)),
    *pause(Code.PAUSE_TOO_OFTEN, "the second one in twelve months", _paused_before),
    *pause(Code.CHANGE_PENDING, "the end is scheduled", lambda w: cancel(w.engine)),
    *pause(Code.SOLD_BY_PARTNER, "a partner sold it", with_values(channel="partner")),
    *pause(Code.PAID_BY_OTHER, "somebody else pays", other_pays),
    *pause(Code.ILLEGAL_STEP, "still in the trial", with_values(state=S.TRIALING)),
    Refused(
        "plans.pause",
        "the key of another pause",
        Code.KEY_REUSED,
        lambda w: w.business.plans.pause(BEN, 2, key="k"),
        _paused,
    ),
    resume(Code.IDENTITY_NEEDED, "nobody is identified", caller=NOBODY),
    resume(Code.CONTRACT_MISSING, "no contract", caller=STRANGER),
    resume(Code.WHICH_CONTRACT, "several contracts, none named", two),
    resume(Code.NOT_PAUSED, "no pause runs or is scheduled"),
    resume(Code.KEY_REUSED, "the key of a pause", _paused),
)

REFUSED = (*ADDONS, *PAUSES)
