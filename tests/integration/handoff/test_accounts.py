"""Agents' accounts, sign-ins and spent tokens, on both databases."""

import asyncio
from datetime import UTC, datetime, timedelta

from handoff.adapters.sql import SqlAccounts
from handoff.conversations.ports import Agent
from handoff.desk.sign_in import Account, AccountStore, SignIn
from tests.integration.handoff.house import House

MAYA = Account("maya", "Maya", "argon2-hash", demo=True)
AT = datetime(2026, 11, 23, 10, 0, 0, 123456, tzinfo=UTC)


def accounts_of(house: House) -> AccountStore:
    house.node()
    return SqlAccounts(house.stores[-1])


async def test_an_account_is_saved_and_replaced_by_its_login(house: House) -> None:
    accounts = accounts_of(house)
    assert await accounts.account("maya") is None
    assert await accounts.agent("maya") is None
    await accounts.save_account(MAYA)
    renamed = Account("maya", "Maya L.", "other-hash", demo=False)
    await accounts.save_account(renamed)
    assert await accounts.account("maya") == renamed
    assert await accounts.agent("maya") == Agent("maya", "Maya L.", available=False)


async def test_the_agent_is_available_when_they_said_so(house: House) -> None:
    flow, accounts = house.node(), accounts_of(house)
    await accounts.save_account(MAYA)
    await flow.set_available(Agent("maya", "Maya", available=False), on=True)
    assert await accounts.agent("maya") == Agent("maya", "Maya", available=True)


async def test_a_sign_in_is_found_touched_and_dropped(house: House) -> None:
    accounts = accounts_of(house)
    await accounts.save_account(MAYA)
    await accounts.add_sign_in(SignIn("digest", "maya", AT, AT))
    assert await accounts.sign_in("digest") == SignIn("digest", "maya", AT, AT)
    later = AT + timedelta(minutes=5)
    await accounts.touch_sign_in("digest", at=later)
    assert await accounts.sign_in("digest") == SignIn("digest", "maya", AT, later)
    await accounts.drop_sign_in("digest")
    await accounts.drop_sign_in("digest")
    assert await accounts.sign_in("digest") is None


async def test_a_token_is_spent_once_whichever_node_asks(house: House) -> None:
    nodes = [accounts_of(house), accounts_of(house)]
    assert house.clock is not None
    until = house.clock() + timedelta(minutes=10)
    spent = await asyncio.gather(*(nodes[n % 2].spend_token("jti", until) for n in range(8)))
    assert sorted(spent) == [False] * 7 + [True]
    house.clock.pass_(minutes=11)
    assert await nodes[0].spend_token("other", house.clock() + timedelta(minutes=1))
