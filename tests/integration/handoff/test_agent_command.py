"""`python -m handoff agent …` as an operator runs it, on both databases."""

import subprocess
import sys
from pathlib import Path

import pytest

from handoff.adapters.sql import SqlAccounts, open_store
from handoff.desk.sign_in import Account, SignIn
from handoff.web.passwords import Passwords
from tests.integration.handoff.house import MAYA as PRESENT
from tests.integration.handoff.house import House

ROOT = Path(__file__).resolve().parents[3]
PASSWORD = "vier Wörter in Folge"
NEW = "four other words in a row"


def agent(url: str, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command with this on its standard input; no setting of the gateway is there."""
    return subprocess.run(
        [sys.executable, "-m", "handoff", "agent", *words, "--database-url", url],
        input=typed,
        cwd=ROOT,
        env={"PATH": "", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence on standard error."""
    assert (done.returncode, done.stdout) == (1, ""), done
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


async def account_of(url: str, login: str) -> Account | None:
    store = open_store(url)
    try:
        return await SqlAccounts(store).account(login)
    finally:
        store.close()


async def test_an_agent_is_added_listed_and_removed(database_url: str) -> None:
    assert agent(database_url, "list").stdout == "There are no agents yet.\n"
    added = agent(database_url, "add", "Maya", "--name", "Maya Brandt", typed=f"{PASSWORD}\n")
    assert (added.returncode, added.stdout) == (0, "Maya Brandt may sign in as maya.\n"), added
    stored = await account_of(database_url, "maya")
    assert stored is not None
    assert (stored.name, stored.demo) == ("Maya Brandt", False)
    assert stored.password_hash.startswith("$argon2id$")
    assert await Passwords().matches(stored.password_hash, PASSWORD)
    assert agent(database_url, "list").stdout.split() == ["maya", "Maya", "Brandt"]
    assert (stored.role, agent(database_url, "role", "maya", "owner").returncode) == ("agent", 2)
    assert agent(database_url, "role", "maya", "supervisor").stdout == "maya is a supervisor.\n"
    stored = await account_of(database_url, "maya")
    assert stored is not None
    assert stored.role == "supervisor"
    assert agent(database_url, "list").stdout.endswith("Maya Brandt (supervisor)\n")
    again = agent(database_url, "add", "maya", "--name", "Eve", typed=f"{NEW}\n")
    assert "is taken" in refused(again)
    assert await account_of(database_url, "maya") == stored
    assert agent(database_url, "remove", "maya").returncode == 0
    assert await account_of(database_url, "maya") is None
    for step in (("remove", "maya"), ("password", "maya"), ("role", "maya", "agent")):
        assert "There is no agent maya" in refused(agent(database_url, *step, typed=f"{NEW}\n"))


@pytest.mark.parametrize(
    ("words", "typed", "why"),
    [
        (("add", "maya", "--name", "Maya"), "short\n", "at least 15"),
        (("add", "maya", "--name", "Maya"), "", "No password was given"),
        (("add", "ma ya", "--name", "Maya"), PASSWORD, "A login has"),
        (("add", "maya", "--name", " "), PASSWORD, "A name has"),
    ],
)
async def test_bad_input_is_a_sentence_and_changes_nothing(
    sqlite_url: str, words: tuple[str, ...], typed: str, why: str
) -> None:
    assert why in refused(agent(sqlite_url, *words, typed=typed))
    assert await account_of(sqlite_url, "maya") is None


def test_a_database_that_is_not_prepared_or_none_at_all(tmp_path: Path) -> None:
    assert "not prepared" in refused(agent(f"sqlite:///{tmp_path / 'empty.db'}", "list"))
    assert "not prepared" in refused(agent("postgresql+psycopg://x@127.0.0.1:9/x", "list"))
    for address in ("nonsense", "sqlite://", "carrier+pigeon://x"):
        assert "not the address" in refused(agent(address, "list"))


@pytest.mark.parametrize("step", ["password", "remove"])
async def test_sessions_end_with_the_password_and_the_account(house: House, step: str) -> None:
    flow = house.node()
    accounts = SqlAccounts(house.stores[-1])
    hashed = await Passwords().hash(PASSWORD)
    assert house.clock is not None
    for login in ("maya", "jon"):
        assert await accounts.add_account(Account(login, login.title(), hashed, demo=False))
        at = house.clock()
        await accounts.add_sign_in(SignIn(f"digest of {login}", login, at, at))
    await flow.set_available(PRESENT, on=True)
    done = agent(house.url, step, "maya", typed=f"{NEW}\n")
    assert (done.returncode, done.stderr) == (0, ""), done
    assert "signed out everywhere" in done.stdout
    assert await accounts.sign_in("digest of maya") is None
    assert await accounts.sign_in("digest of jon") is not None
    assert await flow.is_available("maya") is (step == "password")
    left = await accounts.account("maya")
    if step == "remove":
        assert left is None
    else:
        assert left is not None
        assert await Passwords().matches(left.password_hash, NEW)


async def test_two_who_add_one_login_at_once(house: House) -> None:
    first, second = (SqlAccounts(house.stores[-1]) for _ in (house.node(), house.node()))
    held = Account("maya", "Maya", "hash", demo=False)
    assert await first.add_account(held)
    assert not await second.add_account(Account("maya", "Eve", "other", demo=False))
    assert await first.accounts() == [held]
    assert not await first.change_password("nobody", "hash")
    assert not await first.remove_account("nobody")
