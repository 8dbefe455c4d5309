"""What an operator may type for an agent's account, and how a password is read."""

import io
import sys
from collections.abc import Iterator

import pytest

from handoff.agents import read_password
from handoff.desk.accounts import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    AccountRefused,
    checked_login,
    checked_name,
    checked_password,
    password_fault,
)
from handoff.web.agent_api import Login


@pytest.mark.parametrize(
    ("typed", "stored"), [("maya", "maya"), (" Maya.B-1 ", "maya.b-1"), ("m@example.org",) * 2]
)
def test_a_login_is_stored_as_the_sign_in_reads_it(typed: str, stored: str) -> None:
    assert checked_login(typed) == stored == typed.strip().lower()


@pytest.mark.parametrize("login", ["", "  ", "-maya", "ma ya", "mäya", "maya\n x", "m" * 65, "a:b"])
def test_a_login_that_cannot_be(login: str) -> None:
    with pytest.raises(AccountRefused, match="A login has"):
        checked_login(login)


def test_a_name_is_one_line() -> None:
    assert checked_name("  Maya   Brandt-Öztürk ") == "Maya Brandt-Öztürk"
    for wrong in ("", " \n ", "Maya\x1b[31m", "m" * 201, "Maya\u202eydnarB"):
        with pytest.raises(AccountRefused, match="A name has"):
            checked_name(wrong)


def test_a_password_is_long_enough_and_kept_as_it_is() -> None:
    for right in ("x" * SHORTEST_PASSWORD, "x" * LONGEST_PASSWORD, " vier Wörter in Folge "):
        assert checked_password(right) == right
        assert Login(login="m", password=right).password == right, "the sign-in takes it"


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "at least 15"),
        ("x" * (SHORTEST_PASSWORD - 1), "at least 15"),
        ("x" * (LONGEST_PASSWORD + 1), "at most 256"),
        ("correct horse\tbattery", "control"),
    ],
)
def test_a_password_that_cannot_be(password: str, why: str) -> None:
    with pytest.raises(AccountRefused, match=why) as refused:
        checked_password(password)
    assert not password or password not in str(refused.value)


@pytest.mark.parametrize(
    "password", ["maya and five pears", "five pears and MAYA", "brandt-and-five-pears"]
)
def test_a_password_does_not_hold_the_name_of_its_owner(password: str) -> None:
    assert password_fault(password, "maya", "Maya Brandt") == "named"
    assert password_fault(password, "jonas", "Jonas Li") is None
    assert password_fault("like five old pears", "li", "Li Ive") is None, "parts of many words"


class Terminal(io.StringIO):
    """Standard input that is a terminal."""

    def isatty(self) -> bool:
        return True


def typing(*passwords: str) -> Iterator[str]:
    yield from passwords


def test_on_a_terminal_it_is_typed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    same, other = typing("four words in a row", "four words in a row"), typing("one", "two")
    assert read_password(lambda _: next(same)) == "four words in a row"
    with pytest.raises(AccountRefused, match="differ"):
        read_password(lambda _: next(other))


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt])
def test_who_gives_up_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, end: type[BaseException]
) -> None:
    def given_up(_: str) -> str:
        raise end

    monkeypatch.setattr(sys, "stdin", Terminal())
    with pytest.raises(AccountRefused, match="nothing was changed"):
        read_password(given_up)


@pytest.mark.parametrize(
    ("line", "password"), [(b"four words\n", "four words"), ("Wörter\r\n".encode(), "Wörter")]
)
def test_from_standard_input_it_is_the_first_line(
    monkeypatch: pytest.MonkeyPatch, line: bytes, password: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(line + b"rest")))
    assert read_password() == password


@pytest.mark.parametrize(("line", "why"), [(b"", "No password"), (b"\xff\xfe\n", "UTF-8")])
def test_standard_input_without_a_password(
    monkeypatch: pytest.MonkeyPatch, line: bytes, why: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(line)))
    with pytest.raises(AccountRefused, match=why):
        read_password()
