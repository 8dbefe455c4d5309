"""Which contract of several is meant: the one whose plan or product the words name.

Invariants: contracts that are over are never meant; words that fit two contracts name none.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from actions.dialogue.fields import Choice
from actions.services import Services, ask
from actions.turn import Turn
from actions.voice import Voice
from subscriptions.errors import SubscriptionError
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.plans import ContractStatus

_OVER = frozenset({SubscriptionState.ENDED, SubscriptionState.WITHDRAWN})
_CALLED = "called."
_WORD = re.compile(r"\w{4,}")


async def running_contracts(services: Services, turn: Turn) -> Sequence[ContractStatus]:
    """The contracts of the caller that are not over, the newest first; level 1."""
    contracts = await ask(services.subscriptions.plans.status, turn.caller)
    return [contract for contract in contracts if contract.state not in _OVER]


async def contract_meant(services: Services, turn: Turn) -> str | None:
    """The contract that the words name, for what may not fail and not ask; None for a stranger."""
    if not turn.identified or not turn.typed:
        return None
    try:
        contracts = await running_contracts(services, turn)
    except SubscriptionError:
        return None
    return named(services.voice(turn), turn, contracts)


def named(voice: Voice, turn: Turn, contracts: Iterable[ContractStatus]) -> str | None:
    """The only contract whose plan was recognised, else the one most of whose names' words were typed."""
    known = list(contracts)
    planned = [c.subscription for c in known if c.plan.code in turn.entities.get("plan", ())]
    if len(planned) == 1:
        return planned[0]
    return best_named(turn.typed, {c.subscription: names_of(voice, c) for c in known})


def choices_of(voice: Voice, contracts: Iterable[ContractStatus]) -> list[Choice]:
    """A contract by its plan and number, as an answer to the question which one."""
    return [Choice(f"{voice.plan(c.plan)} ({c.subscription})", c.subscription) for c in contracts]


def called_by(voice: Voice, contracts: Iterable[ContractStatus]) -> dict[str, str]:
    """What each contract may be called, as facts of a matter that asks which one.

    By them a name alone ("the newspaper") is known for the answer, and never taken for a new request.
    """
    return {f"{_CALLED}{c.subscription}": names_of(voice, c) for c in contracts}


def contract_called(turn: Turn) -> str | None:
    """The contract that is named by these words, of those that the open question is about."""
    facts = turn.open[0].facts if turn.open else {}
    names = {
        name.removeprefix(_CALLED): called
        for name, called in facts.items()
        if name.startswith(_CALLED)
    }
    return best_named(turn.typed, names)


def names_of(voice: Voice, contract: ContractStatus) -> str:
    """All words that a contract may be called by: plan and product in both languages."""
    plan, key = contract.plan, f"product.{contract.plan.product}"
    product = voice.text(key) if voice.knows(key) else ""
    return f"{plan.name_de} {plan.name_en} {plan.product} {product}"


def best_named(typed: str, names: Mapping[str, str]) -> str | None:
    """Of names by contract the one that most typed words begin with; nothing when two fit as well."""
    told = _words(typed)
    scores = {contract: _shared(_words(called), told) for contract, called in names.items()}
    most = max(scores.values(), default=0)
    best = [contract for contract, score in scores.items() if score == most]
    return best[0] if most and len(best) == 1 else None


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _shared(names: Iterable[str], typed: Iterable[str]) -> int:
    """How many words of a name begin a typed word: `stream` is in "Streamingabo"."""
    return sum(any(word.startswith(name) for word in typed) for name in names)
