"""The values of the variables for one conversation, read only as far as a text asks for them.

Invariants: the 360° view is asked under the agent's name and only when a variable needs it, so that the log of views stays true;
what the view does not hold is missing, never guessed.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

from handoff.contract import Locale
from handoff.conversations.model import Conversation
from handoff.conversations.ports import Agent
from handoff.desk.words import amount_text
from handoff.desk.work.placeholders import Variable
from subscriptions.errors import Code, SubscriptionError

Look = Callable[[str], Awaitable[Mapping[str, Any]]]
"""The 360° view of a subscriber's number. Raises `SubscriptionError`."""


async def values(
    wanted: Collection[Variable], chat: Conversation, agent: Agent, *, locale: Locale, look: Look
) -> dict[Variable, str | None]:
    """The values that are known; raises `SubscriptionError` when the business does not answer."""
    found: dict[Variable, str | None] = {
        "name": chat.name,
        "case_number": chat.case_number,
        "agent": agent.name,
    }
    missing = [variable for variable in wanted if not found.get(variable)]
    from_view = {"name", "plan", "amount_open"}.intersection(missing)
    if from_view and chat.subscriber_id is not None:
        found |= _from_view(await _seen(chat.subscriber_id, look), locale)
    return {variable: found.get(variable) for variable in wanted}


async def _seen(number: str, look: Look) -> Mapping[str, Any]:
    try:
        return await look(number)
    except SubscriptionError as refused:
        if refused.code is not Code.NOT_FOUND:
            raise
        return {}


def _from_view(view: Mapping[str, Any], locale: Locale) -> dict[Variable, str | None]:
    header, money = view.get("header") or {}, view.get("money") or {}
    owed = (money.get("balance") or {}).get("open")
    return {
        "name": header.get("name"),
        "plan": _plan(view.get("contracts") or (), locale),
        "amount_open": amount_text(owed["minor"], owed["currency"], locale) if owed else None,
    }


def _plan(contracts: Collection[Mapping[str, Any]], locale: Locale) -> str | None:
    """The plan of the only contract that runs; of several nobody can say which is meant."""
    running = [contract for contract in contracts if contract.get("ends_on") is None]
    named = {str(contract["plan"][f"name_{locale}"]) for contract in running or contracts}
    return named.pop() if len(named) == 1 else None
