"""A write that asks the provider: written down, asked, and finished, in two short transactions and nothing between.

Invariants: the same owner, key and body never ask twice as long as what was asked stands: a repeat takes what became
known meanwhile, or is refused until it is; a provider that was certainly not reached, and an answer that undoes
everything, leave nothing behind.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from sqlalchemy import Connection

from subscriptions.asking.booking import By
from subscriptions.asking.errands import Dated, Errand, Handed, Settled
from subscriptions.errors import Code, SubscriptionError
from subscriptions.provider import NotReachedError, ProviderUnavailableError
from subscriptions.store import audit
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading, writing
from subscriptions.store.write import Begun, Done, Order, begin_once, end_once, give_back

T = TypeVar("T")
Q = TypeVar("Q", bound=Dated)
A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Asking(Generic[T, Q, A]):
    """How one write asks.

    `begin` writes down what is asked, or does what needs no asking. `result` is what the caller gets, made of what is
    stored then. `undoing` names answers that take everything back, with what the caller is told.
    """

    errand: Errand[Q, A]
    begin: Callable[[Connection], Done[T] | Handed]
    result: Callable[[Connection, str, Settled | None], Done[T]]
    undoing: Callable[[Q, A], SubscriptionError | None] = lambda _, __: None


def ask_once(backing: Backing, order: Order, kind: type[T], asking: Asking[T, Q, A]) -> T:
    """Do it once for the key. Raises PROVIDER_DOWN when nothing was done, the errand's refusal while nobody knows."""
    handed: list[Handed] = []

    def begin(db: Connection) -> Done[T] | str:
        begun = asking.begin(db)
        if isinstance(begun, Done):
            return begun
        handed.append(begun)
        return begun.reference

    begun = begin_once(backing.engine, order, kind, begin, stands=asking.errand.stands)
    if not isinstance(begun, Begun):
        return begun
    with reading(backing.engine) as db:
        question = asking.errand.question(db, begun.reference)
    answer: A | None = None
    if question is not None:
        if not begun.fresh:
            raise SubscriptionError(asking.errand.refusal)
        answer = _ask(backing, order, asking, (handed[-1], question))
    by = By(order.caller.actor, order.at, backing.limits, order.at)

    def end(db: Connection) -> Done[T]:
        settled = None
        if answer is not None:
            settled = asking.errand.settle(db, begun.reference, answer, by)
        done = asking.result(db, begun.reference, settled)
        return replace(done, notices=(*done.notices, *(settled.notices if settled else ())))

    return end_once(backing.engine, order, kind, end)


def _ask(backing: Backing, order: Order, asking: Asking[T, Q, A], what: tuple[Handed, Q]) -> A:
    """The provider's answer; raises when there is none, or when it undoes everything."""
    handed, question = what
    try:
        answer = asking.errand.ask(backing.provider, question)
    except NotReachedError as error:
        _take_back(backing, order, handed)
        raise SubscriptionError(Code.PROVIDER_DOWN) from error
    except ProviderUnavailableError as error:
        _note_lost(backing, order, handed.reference)
        raise SubscriptionError(asking.errand.refusal) from error
    refusal = asking.undoing(question, answer)
    if refusal is not None:
        _take_back(backing, order, handed)
        raise refusal
    return answer


def _take_back(backing: Backing, order: Order, handed: Handed) -> None:
    with writing(backing.engine) as db:
        handed.undo(db)
        give_back(db, order)


def _note_lost(backing: Backing, order: Order, reference: str) -> None:
    facts = {"reference": reference, "state": "unknown"}
    entry = audit.Entry(order.at, order.caller.actor, order.action, order.owner, facts)
    with writing(backing.engine) as db:
        audit.append(db, entry)
