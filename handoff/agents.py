"""The command `python -m handoff agent …`: agents' accounts on an operator's terminal.

Invariants: a password never stands on the command line, where every user of the machine could read it; it is
typed twice without echo, or read from standard input; what goes wrong is one sentence (`AccountRefused`).
"""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from getpass import getpass
from typing import get_args

from sqlalchemy.exc import ArgumentError

from handoff.adapters.sql.accounts import SqlAccounts
from handoff.adapters.sql.store import SqlStore, open_store
from handoff.conversations.errors import ConversationError
from handoff.desk.accounts import AccountRefused, Accounts
from handoff.desk.sign_in import Account
from handoff.protocol import Role
from handoff.web.passwords import Passwords

Commands = argparse.ArgumentParser


def describe(parser: Commands, common: Commands) -> None:
    """Tell the parser about add, password, role, remove and list; `common` holds what all commands take."""
    steps = parser.add_subparsers(dest="step", required=True)
    add = steps.add_parser("add", parents=[common], help="a new agent; asks for the password")
    add.add_argument("login")
    add.add_argument("--name", required=True, help="as subscribers read it")
    change = steps.add_parser("password", parents=[common], help="a new password; signs out")
    change.add_argument("login")
    role = steps.add_parser("role", parents=[common], help="what a login may do at the desk")
    role.add_argument("login")
    role.add_argument("role", choices=get_args(Role))
    remove = steps.add_parser("remove", parents=[common], help="end an account; signs out")
    remove.add_argument("login")
    steps.add_parser("list", parents=[common], help="all agents")


def run(given: argparse.Namespace, database_url: str) -> str:
    """Carry one command out and say what was done; raises `AccountRefused` with a sentence why not."""
    try:
        return asyncio.run(_run(given, _opened(database_url)))
    except ConversationError:
        raise AccountRefused(
            "The database does not answer, or it is not prepared: "
            "python -m handoff migrate --database-url …"
        ) from None


def _opened(database_url: str) -> SqlStore:
    try:
        return open_store(database_url)
    except (ArgumentError, ValueError):
        raise AccountRefused("This is not the address of a database.") from None


async def _run(given: argparse.Namespace, store: SqlStore) -> str:
    try:
        return await _STEPS[given.step](Accounts(SqlAccounts(store), Passwords().hash), given)
    finally:
        store.close()


async def _add(accounts: Accounts, given: argparse.Namespace) -> str:
    account = await accounts.add(given.login, given.name, read_password)
    return f"{account.name} may sign in as {account.login}."


async def _password(accounts: Accounts, given: argparse.Namespace) -> str:
    account = await accounts.change_password(given.login, read_password)
    return f"{account.login} has a new password and is signed out everywhere."


async def _role(accounts: Accounts, given: argparse.Namespace) -> str:
    account = await accounts.change_role(given.login, given.role)
    return f"{account.login} is {'a supervisor' if account.role == 'supervisor' else 'an agent'}."


async def _remove(accounts: Accounts, given: argparse.Namespace) -> str:
    account = await accounts.remove(given.login)
    return f"{account.login} is removed and signed out everywhere."


async def _list(accounts: Accounts, _given: argparse.Namespace) -> str:
    lines = [
        f"{account.login:<20} {account.name}{_mark(account)}" for account in await accounts.all()
    ]
    return "\n".join(lines) or "There are no agents yet."


def _mark(account: Account) -> str:
    marks = ["supervisor"] * (account.role == "supervisor")
    marks += ["demo, development only"] * account.demo
    return f" ({', '.join(marks)})" if marks else ""


_STEPS: dict[str, Callable[[Accounts, argparse.Namespace], Awaitable[str]]] = {
    "add": _add,
    "password": _password,
    "role": _role,
    "remove": _remove,
    "list": _list,
}


def read_password(ask: Callable[[str], str] = getpass) -> str:
    """Typed twice on a terminal, else the first line of standard input. Raises `AccountRefused`."""
    if not sys.stdin.isatty():
        return _first_line(sys.stdin.buffer.readline())
    try:
        password = ask("Password: ")
        if ask("Once more: ") != password:
            raise AccountRefused("The two passwords differ; nothing was changed.")
    except (EOFError, KeyboardInterrupt):
        raise AccountRefused("No password was given; nothing was changed.") from None
    return password


def _first_line(line: bytes) -> str:
    if not line:
        raise AccountRefused("No password was given on standard input; nothing was changed.")
    try:
        return line.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise AccountRefused("The password is not UTF-8; nothing was changed.") from None
