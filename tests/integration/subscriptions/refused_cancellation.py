"""What the use cases about the end of a contract refuse; declarations only a key that was used for another text."""

from collections.abc import Callable
from datetime import date, timedelta

from subscriptions.entities.invoices import InvoiceStatus
from subscriptions.errors import Code
from subscriptions.model.base import Caller, Level
from subscriptions.model.cancellation import CauseReason
from subscriptions.model.contracts import SubscriptionState
from tests.integration.subscriptions.making_cancellation import cancelled, offered, order
from tests.integration.subscriptions.making_plans import cancel, change, second_contract
from tests.integration.subscriptions.people import NOBODY, bot_for
from tests.integration.subscriptions.refusals import Refused, World

BEN = bot_for("K-1004")
TOM = bot_for("K-1006")
LOW = Caller("K-1006", Level.ANONYMOUS, "bot")
STRANGER = bot_for("K-9999")
Step = Callable[[World], object]
_MADE: dict[str, str] = {}


def _declare(world: World, text: str) -> object:
    return world.business.cancellation.declare(NOBODY, text, key="k")


def _cause(world: World, text: str) -> object:
    reason = CauseReason.OTHER
    return world.business.cancellation.declare_for_cause(NOBODY, text, reason=reason, key="k")


def _withdraw(world: World, text: str) -> object:
    return world.business.cancellation.withdraw(NOBODY, text, key="k")


def _report(world: World, text: str) -> object:
    return world.business.cancellation.report_death(NOBODY, text, key="k")


def _take_back(caller: Caller = TOM, subscription: str | None = None) -> Step:
    return lambda w: w.business.cancellation.take_back(caller, key="b", subscription=subscription)


def _cancelled(world: World) -> None:
    _MADE["cancellation"] = cancelled(world.business, TOM)


def _offered(world: World) -> None:
    offer = offered(world.business, TOM)
    _MADE.update(cancellation=offer.cancellation, offer=offer.id)


def _declined(world: World) -> None:
    _offered(world)
    world.business.cancellation.answer_offer(TOM, _MADE["offer"], accept=False, key="no")


def _run_out(world: World) -> None:
    _offered(world)
    world.clock.forward(timedelta(days=7))


def _taken_back(world: World) -> None:
    _offered(world)
    world.business.cancellation.take_back(TOM, key="back")


def _ended(world: World) -> None:
    _cancelled(world)
    world.clock.forward(timedelta(days=10))


def _two_ends(world: World) -> None:
    second = second_contract(world.engine, "K-1006")
    for contract in ("S-1006", second):
        world.business.cancellation.declare(TOM, "Ende", key=contract, subscription=contract)


def _for_cause(world: World) -> None:
    reason = CauseReason.MOVED
    world.business.cancellation.declare_for_cause(TOM, "Umzug", reason=reason, key="c")


def _withdrawn(world: World) -> None:
    order(world.engine, status=InvoiceStatus.OPEN)
    world.business.cancellation.withdraw(BEN, "Widerruf", key="w")


def _given(world: World) -> None:
    """An end that nobody declared: a present that ends by itself."""
    cancel(world.engine, "K-1006", date(2026, 12, 1))


def _offer(caller: Caller = TOM, key: str = "o", made: str = "cancellation") -> Step:
    return lambda w: w.business.cancellation.offer(caller, _MADE.get(made, "C-0"), key=key)


def _answer(caller: Caller = TOM, *, accept: bool = True, key: str = "a") -> Step:
    return lambda w: w.business.cancellation.answer_offer(
        caller, _MADE.get("offer", "O-0"), accept=accept, key=key
    )


def _better(caller: Caller = TOM, subscription: str | None = None) -> Step:
    return lambda w: w.business.cancellation.better_offer(caller, subscription=subscription)


def _status(caller: Caller) -> Step:
    return lambda w: w.business.cancellation.status(caller)


def _rows(use_case: str, *tries: tuple[str, Code, Step, Callable[[World], None]]) -> list[Refused]:
    return [Refused(f"cancellation.{use_case}", *row) for row in tries]


def _nothing(_: World) -> None:
    _MADE.clear()


def _over(world: World) -> None:
    ended = date(2026, 10, 1)
    change(world.engine, "K-1006", state=SubscriptionState.ENDED, ends_on=ended)


def _second(world: World) -> None:
    second_contract(world.engine, "K-1006")


IDENTITY, REUSED, GONE = Code.IDENTITY_NEEDED, Code.KEY_REUSED, Code.OFFER_GONE
NOTHING = Code.NOTHING_TO_TAKE_BACK
NOT_HIM = "level 0, though a number is named"

REFUSED: tuple[Refused, ...] = (
    *(
        Refused(
            f"cancellation.{name}",
            "the same key with another text",
            REUSED,
            lambda w, said=said: said(w, "Etwas anderes"),
            lambda w, said=said: said(w, "Etwas"),
        )
        for name, said in (
            ("declare", _declare),
            ("declare_for_cause", _cause),
            ("withdraw", _withdraw),
            ("report_death", _report),
        )
    ),
    *_rows(
        "status",
        ("nobody is identified", IDENTITY, _status(NOBODY), _nothing),
        (NOT_HIM, IDENTITY, _status(LOW), _nothing),
        ("a number that nobody has", Code.NOT_FOUND, _status(STRANGER), _nothing),
    ),
    *_rows(
        "take_back",
        ("nobody is identified", IDENTITY, _take_back(NOBODY), _nothing),
        (NOT_HIM, IDENTITY, _take_back(LOW), _cancelled),
        ("a number that nobody has", Code.NOT_FOUND, _take_back(STRANGER), _nothing),
        ("nothing was cancelled", NOTHING, _take_back(), _nothing),
        ("the end has come", NOTHING, _take_back(), _ended),
        ("a declaration for cause", NOTHING, _take_back(), _for_cause),
        ("a withdrawal", NOTHING, _take_back(BEN), _withdrawn),
        ("an end that nobody declared", NOTHING, _take_back(), _given),
        ("another's contract", NOTHING, _take_back(subscription="S-1004"), _cancelled),
        ("two ends and none is named", Code.WHICH_CONTRACT, _take_back(), _two_ends),
        (
            "the same key for another contract",
            REUSED,
            _take_back(subscription="S-1006"),
            lambda w: (_cancelled(w), _take_back()(w))[0],
        ),
    ),
    *_rows(
        "offer",
        ("nobody is identified", IDENTITY, _offer(NOBODY), _nothing),
        (NOT_HIM, IDENTITY, _offer(LOW), _cancelled),
        ("no cancellation of this reference", Code.NOT_FOUND, _offer(made="none"), _cancelled),
        ("another's cancellation", Code.NOT_FOUND, _offer(BEN), _cancelled),
        ("it was declined", Code.OFFER_ONLY_ONCE, _offer(), _declined),
        ("it ran out", Code.OFFER_ONLY_ONCE, _offer(), _run_out),
        (
            "the same key for another cancellation",
            REUSED,
            _offer(key="offer", made="none"),
            _offered,
        ),
    ),
    *_rows(
        "answer_offer",
        ("nobody is identified", IDENTITY, _answer(NOBODY), _nothing),
        (NOT_HIM, IDENTITY, _answer(LOW), _offered),
        ("no offer of this reference", Code.NOT_FOUND, _answer(), _nothing),
        ("another's offer", Code.NOT_FOUND, _answer(BEN), _offered),
        ("it was declined", GONE, _answer(), _declined),
        ("it ran out", GONE, _answer(), _run_out),
        ("the end was taken back", GONE, _answer(), _taken_back),
        ("the same key with another answer", REUSED, _answer(key="no"), _declined),
    ),
    *_rows(
        "better_offer",
        ("nobody is identified", IDENTITY, _better(NOBODY), _nothing),
        (NOT_HIM, IDENTITY, _better(LOW), _nothing),
        ("a number that nobody has", Code.CONTRACT_MISSING, _better(STRANGER), _nothing),
        ("another's contract", Code.NOT_FOUND, _better(subscription="S-1004"), _nothing),
        (
            "no contract runs",
            Code.CONTRACT_MISSING,
            _better(),
            _over,
        ),
        (
            "several contracts and none is named",
            Code.WHICH_CONTRACT,
            _better(),
            _second,
        ),
    ),
)
