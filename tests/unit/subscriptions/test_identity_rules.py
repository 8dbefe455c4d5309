"""Rules of codes and contact data: what is sent, what opens, what an address and a name must look like."""

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscriptions.entities.identity import CodeState, OneTimeCode
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.profile import NewAddress
from subscriptions.policy.codes import (
    fresh_digits,
    may_send,
    opens,
    read_digits,
    refusal,
    sealed,
    stand_in,
)
from subscriptions.policy.contact import (
    checked_address,
    checked_email,
    checked_name,
    checked_phone,
    is_correction,
)
from subscriptions.policy.limits import Limits
from subscriptions.policy.masking import mask_phone, mask_street

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
LIMITS = Limits()
DIGITS = st.text("0123456789", min_size=6, max_size=6)
LONG_WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=12)
WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)


def code(minutes_ago: int = 0, **changes: object) -> OneTimeCode:
    sent = NOW - timedelta(minutes=minutes_ago)
    made = OneTimeCode("id", "K-1", "h", "identify", "mac", sent, sent + timedelta(minutes=10))
    return replace(made, **changes)  # type: ignore[arg-type]


def code_of(call: object, *given: object, **named: object) -> Code | None:
    try:
        call(*given, **named)  # type: ignore[operator]
    except SubscriptionError as error:
        return error.code
    return None


# --- codes


def test_fresh_digits_are_six_and_spread() -> None:
    found = {fresh_digits() for _ in range(2000)}
    assert all(len(digits) == 6 and digits.isdigit() for digits in found)
    assert len(found) > 1950
    assert {digits[0] for digits in found} == set("0123456789")


@given(DIGITS, DIGITS, st.binary(min_size=16, max_size=32))
def test_only_the_same_digits_open_and_only_their_own_code(
    digits: str, others: str, key: bytes
) -> None:
    kept = code(code_hmac=sealed(key, "id", digits))
    assert opens(key, kept, digits)
    assert opens(key, kept, others) is (digits == others)
    assert not opens(key, replace(kept, id="other"), digits)
    assert not opens(key + b"x", kept, digits)


@given(DIGITS, st.lists(st.sampled_from(" -\u2013\u2009\u200b\t\u00a0"), max_size=12), st.randoms())
def test_decorated_digits_are_read(digits: str, marks: list[str], chance: Random) -> None:
    mixed = list(digits)
    for mark in marks:
        mixed.insert(chance.randint(0, len(mixed)), mark)
    assert read_digits("".join(mixed)) == digits


@given(st.text(max_size=20))
def test_anything_else_is_refused_and_never_breaks(text: str) -> None:
    found = code_of(read_digits, text)
    decimals = sum(unicodedata.category(c) == "Nd" for c in text)
    assert found is (None if found is None else Code.BAD_INPUT)
    assert found is Code.BAD_INPUT or decimals == 6


@given(st.lists(st.integers(0, 3599), max_size=12))
def test_never_more_than_one_a_minute_and_five_an_hour(seconds: list[int]) -> None:
    """Whatever the moments of asking: what is sent keeps both limits."""
    asked: list[OneTimeCode] = []
    for moment in sorted(seconds):
        now = NOW + timedelta(seconds=moment)
        sends = may_send([c for c in asked if c.sent_at > now - timedelta(hours=1)], now, LIMITS)
        asked.append(code(sent_at=now, stands_for=None if sends else "x"))
    sent = [c.sent_at for c in asked if c.stands_for is None]
    assert len(sent) <= 5
    assert all(b - a >= timedelta(minutes=1) for a, b in pairwise(sent))
    assert bool(sent) is bool(asked), "the first one is always sent"


def test_a_code_that_is_not_sent_stands_for_the_newest_of_its_purpose() -> None:
    old, new = code(5, id="old"), code(2, id="new")
    held = code(1, id="held", stands_for="new")
    other = code(0, id="other", purpose="confirm")
    assert stand_in([old, new, held, other], "identify") == "new"
    assert stand_in([], "identify") == "-"


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (None, Code.CODE_EXPIRED),
        (code(state=CodeState.USED), Code.CODE_EXPIRED),
        (code(state=CodeState.REPLACED), Code.CODE_EXPIRED),
        (code(state=CodeState.SPENT), Code.CODE_TOO_OFTEN),
        (code(10), Code.CODE_EXPIRED),
        (code(9), None),
    ],
)
def test_when_a_code_may_not_be_tried(found: OneTimeCode | None, why: Code | None) -> None:
    assert refusal(found, NOW) is why


# --- addresses

HUSUM = NewAddress("postal", "Am Deich 4", "25813", "Husum")


@pytest.mark.parametrize(
    ("country", "good", "bad"),
    [
        (
            "DE",
            ["01067", "25813", "99998"],
            ["00999", "2581", "258130", "2581a", "٢٥٨١٣", "A-1010"],
        ),
        ("AT", ["1010", "9992"], ["0101", "10100", "101"]),
        ("CH", ["8001", "3000"], ["0800", "80010"]),
        ("NL", ["1012 AB", "1012ab"], ["0123 AB", "1012"]),
        ("PL", ["00-950"], ["00950"]),
        ("GB", ["SW1A 1AA"], ["", "!"]),
    ],
)
def test_postcodes_by_country(country: str, good: list[str], bad: list[str]) -> None:
    for postcode in good:
        place = replace(HUSUM, country=country, postcode=postcode)
        assert checked_address(place, TODAY, LIMITS).postcode == postcode.upper()
    for postcode in bad:
        place = replace(HUSUM, country=country, postcode=postcode)
        assert code_of(checked_address, place, TODAY, LIMITS) is Code.ADDRESS_INVALID


@pytest.mark.parametrize(
    "street", ["Am Deich 4", "4 Privet Drive", "Straße des 17. Juni 135a", "C4, 12"]
)
def test_streets_have_a_name_and_a_number(street: str) -> None:
    assert checked_address(replace(HUSUM, street=f"  {street}\t"), TODAY, LIMITS).street == street


@pytest.mark.parametrize("street", ["", "Am Deich", "12", "12 / 3", "x1" * 101])
def test_streets_that_no_letter_finds(street: str) -> None:
    place = replace(HUSUM, street=street)
    assert code_of(checked_address, place, TODAY, LIMITS) is Code.ADDRESS_INVALID


@given(st.integers(-400, 800))
def test_a_move_begins_today_or_within_a_year(days: int) -> None:
    place = replace(HUSUM, from_on=TODAY + timedelta(days=days))
    expected = Code.DATE_IN_PAST if days < 0 else Code.DATE_TOO_FAR if days > 365 else None
    assert code_of(checked_address, place, TODAY, LIMITS) is expected


def test_without_a_day_it_is_today_and_full_width_is_read() -> None:
    wide = replace(HUSUM, postcode="２５８１３", country="de")
    found = checked_address(wide, TODAY, LIMITS)
    assert (found.postcode, found.country, found.from_on) == ("25813", "DE", TODAY)


# --- e-mail and phone


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Anna.Lindqvist@Example.ORG ", "anna.lindqvist@example.org"),
        ("a+b@bücher.de", "a+b@xn--bcher-kva.de"),
        ("ａnna@example.org", "anna@example.org"),
    ],
)
def test_an_address_has_one_form(typed: str, kept: str) -> None:
    assert checked_email(typed) == kept
    assert checked_email(kept) == kept


@given(st.text(max_size=60))
def test_no_text_breaks_the_check_of_an_address(text: str) -> None:
    assert code_of(checked_email, text) in {None, Code.EMAIL_INVALID}
    assert code_of(checked_phone, text) in {None, Code.PHONE_INVALID}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0171 234 56 78", "+491712345678"),
        ("+49 (0)171 2345678", "+491712345678"),
        ("0041 79 123 45 67", "+41791234567"),
        ("+43-660-1234567", "+436601234567"),
        ("０１７１２３４５６７８", "+491712345678"),
        ("+44 (0)7700 900123", "+447700900123"),
    ],
)
def test_a_number_has_one_form(typed: str, kept: str) -> None:
    assert checked_phone(typed) == kept
    assert checked_phone(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "110",
        "0171",
        "+49 171 2345678 ext. 9",
        "0171 2345678901234",
        "+44 7700 90012",
        "+44 1632 123456",
        "tel",
    ],
)
def test_numbers_nobody_can_be_reached_at(typed: str) -> None:
    assert code_of(checked_phone, typed) is Code.PHONE_INVALID


# --- names


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Anna Lindqvist", "Anna Lindquist"),
        ("Júlia Szabó", "Julia Szabo"),
        ("Szabó Júlia", "Júlia Szabó"),
        ("Peter Müller", "peter mueller"),
        ("Jürgen Groß", "Jürgen Gross"),
        ("Anna-Maria Schmidt", "Anna Maria Schmitt"),
        ("Micheal Kelly", "Michael Kelly"),
    ],
)
def test_slips_of_the_pen(old: str, new: str) -> None:
    assert is_correction(old, new)
    assert is_correction(new, old)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Anna Lindqvist", "Anna Bergmann"),
        ("Anna Lindqvist", "Anja Lundquist"),
        ("Max Weber", "Mia Weber"),
        ("Al Jo", "Jo Li"),
        ("Anna Lindqvist", "Anna Bergmann-Lindqvist"),
        ("Anna Lindqvist", "Anna"),
    ],
)
def test_other_people(old: str, new: str) -> None:
    assert not is_correction(old, new)
    assert code_of(checked_name, new, [old]) is Code.NAME_NEEDS_DOCUMENT


@given(st.lists(LONG_WORDS, min_size=1, max_size=3), st.integers(0, 5), st.randoms())
def test_one_slip_is_a_correction_both_ways(words: list[str], kind: int, chance: Random) -> None:
    """A letter too much, too few, wrong, or two swapped, anywhere in a name of some length."""
    old = " ".join(words)
    at = chance.choice([n for n, letter in enumerate(old) if letter != " "])
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
    end = {0: old[at:], 1: letter + old[at:], 2: letter + old[at + 1 :]}.get(kind, old[at + 1 :])
    new = old[:at] + end
    assert is_correction(old, new)
    assert is_correction(new, old)


@given(st.lists(WORDS, min_size=1, max_size=3), st.lists(WORDS, min_size=1, max_size=3))
def test_other_words_are_another_name(old: list[str], new: list[str]) -> None:
    before, after = " ".join(old), " ".join(new)
    found = is_correction(before, after)
    assert found is is_correction(after, before)
    small = len(old) == len(new) and abs(len(before) - len(after)) <= 2
    assert small or not found


@pytest.mark.parametrize(
    "name", ["Anna O’Neill", "J. R. R. Tolkien", "Dr. Ana-María de la Cruz", "Nguyễn Ái"]
)
def test_names_of_people(name: str) -> None:
    assert checked_name(name, [name]) == name


@pytest.mark.parametrize(
    "name", ["", " ", "Anna1", "<b>Anna</b>", "Anna; DROP", "a" * 201, "@anna", "-"]
)
def test_what_is_no_name(name: str) -> None:
    assert code_of(checked_name, name, []) is Code.BAD_INPUT


def test_masks_tell_too_little_to_call_or_visit() -> None:
    assert mask_phone("+4915112345678") == "+49***78"
    assert mask_street("Am Deich 4") == "A***"
