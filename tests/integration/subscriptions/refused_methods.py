"""What the use cases around ways to pay refuse."""

from collections.abc import Callable
from datetime import timedelta

from subscriptions.errors import Code
from subscriptions.model.base import Caller, Level
from subscriptions.model.methods import BankAccountReceipt, DebitDay, MandateRevoked, SetupPage
from tests.integration.subscriptions.making_methods import (
    AUSTRIAN,
    FRENCH,
    HOLDER,
    ON_FILE,
    READER,
    TURKISH,
    account,
    without_contracts,
    without_mandates,
)
from tests.integration.subscriptions.people import NOBODY, NOW, bot_for
from tests.integration.subscriptions.refusals import Refused, World

BOT = bot_for("K-1003")
OLD_PROOF = Caller("K-1003", Level.CONFIRMED, "bot", NOW - timedelta(minutes=11))
AGENT_UNPROVEN = Caller("K-1003", Level.IDENTIFIED, "agent:kim")


def change(
    world: World, iban: str = AUSTRIAN, *, caller: Caller = READER, **given: object
) -> BankAccountReceipt:
    return world.business.methods.change_bank_account(
        caller,
        account(iban, **given),  # type: ignore[arg-type]  # a test hands keywords through
        key="k",
    )


def terms(world: World, iban: str = AUSTRIAN, holder: str = HOLDER, caller: Caller = BOT) -> object:
    return world.business.methods.mandate_terms(caller, iban, holder)


def link(world: World, kind: str = "card", caller: Caller = BOT) -> SetupPage:
    return world.business.methods.setup_link(caller, kind, key="k")


def revoke(world: World, caller: Caller = BOT, key: str = "k") -> MandateRevoked:
    return world.business.methods.revoke_mandate(caller, key=key)


def day(world: World, wanted: int = 15, caller: Caller = BOT, key: str = "k") -> DebitDay:
    return world.business.methods.change_debit_day(caller, wanted, key=key)


def wish(world: World, wanted: int) -> DebitDay:
    return world.business.methods.debit_day(BOT, wanted)


def down(world: World) -> None:
    world.provider.down = True


def refusing(world: World) -> None:
    world.provider.refuses_accounts = True


def changed_day(world: World) -> None:
    day(world, 10, key="first")


def no_mandate(world: World) -> None:
    without_mandates(world.engine, "K-1003")


def ended(world: World) -> None:
    without_contracts(world.engine, "K-1003")


_CHANGE, _TERMS, _LINK = "change_bank_account", "mandate_terms", "setup_link"
_REVOKE, _DAY = "revoke_mandate", "change_debit_day"


def _row(
    name: str,
    given: str,
    code: Code,
    call: Callable[[World], object],
    prepare: Callable[[World], object] = lambda _: None,
) -> Refused:
    return Refused(f"methods.{name}", given, code, call, lambda world: void(prepare(world)))


def void(_: object) -> None:
    """Some preparations return what they made."""


_ACCOUNTS = (
    ("check digits that do not add up", Code.IBAN_INVALID, "DE89370400440532013001"),
    ("a word instead of an IBAN", Code.IBAN_INVALID, "my usual account"),
    ("nothing at all", Code.IBAN_INVALID, ""),
    ("an IBAN that is too short for its country", Code.IBAN_INVALID, "DE8937040044053201300"),
    ("an account outside the SEPA area", Code.IBAN_OUTSIDE_SEPA, TURKISH),
    ("the account that is on file already", Code.METHOD_UNCHANGED, ON_FILE),
)
REFUSED: tuple[Refused, ...] = (
    _row(
        "list", "nobody is known", Code.IDENTITY_NEEDED, lambda w: w.business.methods.list(NOBODY)
    ),
    _row(
        "list",
        "a customer who does not exist",
        Code.NOT_FOUND,
        lambda w: w.business.methods.list(bot_for("K-9999")),
    ),
    _row(_LINK, "nobody is known", Code.IDENTITY_NEEDED, lambda w: link(w, caller=NOBODY)),
    _row(_LINK, "a kind that is not offered", Code.BAD_INPUT, lambda w: link(w, "cheque")),
    _row(_LINK, "no contract runs", Code.CONTRACT_MISSING, link, ended),
    _row(_LINK, "the provider is down", Code.PROVIDER_DOWN, link, down),
    _row(
        _LINK, "the same key for another kind", Code.KEY_REUSED, lambda w: link(w, "paypal"), link
    ),
    _row(_TERMS, "nobody is known", Code.IDENTITY_NEEDED, lambda w: terms(w, caller=NOBODY)),
    *(
        _row(_TERMS, given, code, lambda w, iban=iban: terms(w, iban))
        for given, code, iban in _ACCOUNTS
    ),
    _row(_TERMS, "another holder", Code.OTHER_HOLDER, lambda w: terms(w, holder="Paul Szabó")),
    _row(_TERMS, "no contract runs", Code.CONTRACT_MISSING, terms, ended),
    _row(_CHANGE, "nobody is known", Code.IDENTITY_NEEDED, lambda w: change(w, caller=NOBODY)),
    _row(_CHANGE, "no fresh confirmation", Code.STEP_UP_NEEDED, lambda w: change(w, caller=BOT)),
    _row(
        _CHANGE,
        "a confirmation older than ten minutes",
        Code.STEP_UP_NEEDED,
        lambda w: change(w, caller=OLD_PROOF),
    ),
    _row(
        _CHANGE,
        "an agent without the customer's fresh confirmation",
        Code.STEP_UP_NEEDED,
        lambda w: change(w, caller=AGENT_UNPROVEN),
    ),
    *(
        _row(_CHANGE, given, code, lambda w, iban=iban: change(w, iban))
        for given, code, iban in _ACCOUNTS
    ),
    _row(
        _CHANGE,
        "no consent to the mandate",
        Code.CONSENT_NEEDED,
        lambda w: change(w, consent=False),
    ),
    _row(_CHANGE, "another holder", Code.OTHER_HOLDER, lambda w: change(w, holder="Paul Szabó")),
    _row(
        _CHANGE,
        "another holder whose word only the bot has",
        Code.OTHER_HOLDER,
        lambda w: change(w, holder="Paul Szabó", holder_agreed=True),
    ),
    _row(
        _CHANGE,
        "somebody else's contract",
        Code.NOT_FOUND,
        lambda w: change(w, subscription="S-1001"),
    ),
    _row(_CHANGE, "no contract runs", Code.CONTRACT_MISSING, change, ended),
    _row(_CHANGE, "the provider is down", Code.PROVIDER_DOWN, change, down),
    _row(_CHANGE, "an account the bank refuses", Code.IBAN_INVALID, change, refusing),
    _row(
        _CHANGE,
        "the same key for another account",
        Code.KEY_REUSED,
        lambda w: change(w, FRENCH),
        change,
    ),
    _row(
        "mandate",
        "nobody is known",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.methods.mandate(NOBODY),
    ),
    _row(
        "mandate",
        "no mandate was ever given",
        Code.MANDATE_MISSING,
        lambda w: w.business.methods.mandate(BOT),
        no_mandate,
    ),
    _row(_REVOKE, "nobody is known", Code.IDENTITY_NEEDED, lambda w: revoke(w, NOBODY)),
    _row(_REVOKE, "no mandate was ever given", Code.MANDATE_MISSING, revoke, no_mandate),
    _row(_REVOKE, "revoked before", Code.MANDATE_MISSING, lambda w: revoke(w, key="k2"), revoke),
    _row(
        "debit_day",
        "nobody is known",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.methods.debit_day(NOBODY),
    ),
    _row("debit_day", "day 29 is wished", Code.DEBIT_DAY_INVALID, lambda w: wish(w, 29)),
    _row(
        "debit_day",
        "the day it is already is wished",
        Code.METHOD_UNCHANGED,
        lambda w: wish(w, 10),
        changed_day,
    ),
    _row(
        "debit_day",
        "a second day is wished",
        Code.DEBIT_DAY_TOO_OFTEN,
        lambda w: wish(w, 15),
        changed_day,
    ),
    _row(_DAY, "nobody is known", Code.IDENTITY_NEEDED, lambda w: day(w, caller=NOBODY)),
    _row(_DAY, "day 0", Code.DEBIT_DAY_INVALID, lambda w: day(w, 0)),
    _row(_DAY, "day 29, which February lacks", Code.DEBIT_DAY_INVALID, lambda w: day(w, 29)),
    _row(_DAY, "the day it is already", Code.METHOD_UNCHANGED, lambda w: day(w, 10), changed_day),
    _row(_DAY, "a second time", Code.DEBIT_DAY_TOO_OFTEN, day, changed_day),
    _row(
        _DAY,
        "the same key for another day",
        Code.KEY_REUSED,
        lambda w: day(w, 12, key="first"),
        changed_day,
    ),
    _row(_REVOKE, "the key of something else", Code.KEY_REUSED, revoke, link),
)
