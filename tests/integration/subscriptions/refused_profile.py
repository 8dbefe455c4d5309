"""What the use cases of the profile refuse."""

from dataclasses import replace
from datetime import date, timedelta

from subscriptions.entities.identity import LoginState
from subscriptions.errors import Code
from subscriptions.model.base import Caller, Level
from subscriptions.model.profile import NewAddress, PreferencesWish
from tests.integration.subscriptions.making_identity import locked_login, prints
from tests.integration.subscriptions.people import NOBODY, NOW, bot_for
from tests.integration.subscriptions.refusals import Refused, World

ANNA, GONE = bot_for("K-1001"), bot_for("K-9999")
SURE = bot_for("K-1001", Level.CONFIRMED)
STALE = Caller("K-1001", Level.CONFIRMED, "bot", NOW - timedelta(minutes=10, seconds=1))
HUSUM = NewAddress("postal", "Am Deich 4", "25813", "Husum")
NEW = "anna@new.example.org"


def move(world: World, caller: Caller = ANNA, **changes: object) -> object:
    wanted = replace(HUSUM, **changes)  # type: ignore[arg-type]
    return world.business.profile.change_address(caller, wanted, key="k")


def check(world: World, caller: Caller = ANNA, **changes: object) -> object:
    wanted = replace(HUSUM, **changes)  # type: ignore[arg-type]
    return world.business.profile.check_address(caller, wanted)


def email(world: World, new: str = NEW, caller: Caller = SURE) -> object:
    return world.business.profile.change_email(caller, new, key="k")


def phone(world: World, new: str = "0171 2345678", caller: Caller = SURE) -> object:
    return world.business.profile.change_phone(caller, new, key="k")


def name(world: World, new: str = "Anna Lindquist", caller: Caller = SURE) -> object:
    return world.business.profile.change_name(caller, new, key="k")


def confirm(world: World, token: str, key: str = "c") -> object:
    return world.business.profile.confirm_contact_change(NOBODY, token, key=key)


def undo(world: World, token: str, key: str = "u") -> object:
    return world.business.profile.undo_contact_change(NOBODY, token, key=key)


def prefer(world: World, wish: PreferencesWish, caller: Caller = ANNA) -> object:
    return world.business.profile.change_preferences(caller, wish, key="k")


def agree(
    world: World, purpose: str = "newsletter", channel: str = "email", caller: Caller = ANNA
) -> object:
    return world.business.profile.change_consent(caller, purpose, channel, given=True, key="k")


def agreed(world: World) -> None:
    agree(world)


def confirm_consent(world: World, token: str, key: str = "c") -> object:
    return world.business.profile.confirm_consent(NOBODY, token, key=key)


def broken_in(world: World) -> None:
    locked_login(world.engine, "K-1001", LoginState.COMPROMISED)


def gets_paper(world: World) -> None:
    prints(world.engine, "stream-standard")


def moved(world: World) -> None:
    move(world)


def email_asked(world: World) -> None:
    email(world)


def email_asked_then_broken_in(world: World) -> None:
    email_asked(world)
    broken_in(world)


def changed_often(world: World) -> None:
    for n in range(5):
        world.business.profile.change_email(SURE, f"anna{n}@new.example.org", key=f"e{n}")


def email_moved(world: World) -> None:
    email(world)
    confirm(world, world.mailbox.sent[1].secret)


def email_given_away(world: World) -> None:
    """Two asked for the same address, and the other one was quicker."""
    email(world)
    world.business.profile.change_email(bot_for("K-1002", Level.CONFIRMED), NEW, key="k2")
    confirm(world, world.mailbox.sent[3].secret)


def email_undone(world: World) -> None:
    email_moved(world)
    undo(world, world.mailbox.sent[0].secret)


def undo_late(world: World) -> None:
    email_moved(world)
    world.clock.forward(timedelta(days=14, seconds=1))


def confirm_late(world: World) -> None:
    email(world)
    world.clock.forward(timedelta(days=2, seconds=1))


def phone_changed(world: World) -> None:
    phone(world)


def name_changed(world: World) -> None:
    name(world)


def prefers(world: World) -> None:
    prefer(world, PreferencesWish(less_contact=True))


def consent_late(world: World) -> None:
    agree(world)
    world.clock.forward(timedelta(days=2, seconds=1))


def consent_confirmed(world: World) -> None:
    agree(world)
    confirm_consent(world, world.mailbox.sent[0].secret)


REFUSED: tuple[Refused, ...] = (
    Refused("profile.addresses", "nobody is identified", Code.IDENTITY_NEEDED, lambda w: w.business.profile.addresses(NOBODY)),
    Refused("profile.addresses", "no such customer", Code.NOT_FOUND, lambda w: w.business.profile.addresses(GONE)),
    Refused("profile.check_address", "nobody is identified", Code.IDENTITY_NEEDED, lambda w: check(w, NOBODY)),
    Refused("profile.check_address", "no such customer", Code.NOT_FOUND, lambda w: check(w, GONE)),
    Refused("profile.check_address", "a street without a number", Code.ADDRESS_INVALID, lambda w: check(w, street="Am Deich")),
    Refused("profile.check_address", "yesterday", Code.DATE_IN_PAST, lambda w: check(w, from_on=date(2026, 11, 20))),
    Refused("profile.check_address", "in more than a year", Code.DATE_TOO_FAR, lambda w: check(w, from_on=date(2027, 11, 22))),
    Refused("profile.check_address", "abroad with a printed issue", Code.ADDRESS_ABROAD, lambda w: check(w, country="AT", postcode="1010"), gets_paper),
    Refused("profile.check_address", "after a break-in", Code.ACCOUNT_ON_HOLD, check, broken_in),
    Refused("profile.change_address", "nobody is identified", Code.IDENTITY_NEEDED, lambda w: move(w, NOBODY)),
    Refused("profile.change_address", "no such customer", Code.NOT_FOUND, lambda w: move(w, GONE)),
    Refused("profile.change_address", "a street without a number", Code.ADDRESS_INVALID, lambda w: move(w, street="Am Deich")),
    Refused("profile.change_address", "a number without a street", Code.ADDRESS_INVALID, lambda w: move(w, street="4")),
    Refused("profile.change_address", "four digits in Germany", Code.ADDRESS_INVALID, lambda w: move(w, postcode="2581")),
    Refused("profile.change_address", "five digits in Austria", Code.ADDRESS_INVALID, lambda w: move(w, country="AT")),
    Refused("profile.change_address", "five digits in Switzerland", Code.ADDRESS_INVALID, lambda w: move(w, country="CH")),
    Refused("profile.change_address", "no town", Code.ADDRESS_INVALID, lambda w: move(w, city=" ")),
    Refused("profile.change_address", "no such country", Code.ADDRESS_INVALID, lambda w: move(w, country="XX")),
    Refused("profile.change_address", "a kind that is not theirs", Code.ADDRESS_INVALID, lambda w: move(w, kind="invoice")),
    Refused("profile.change_address", "yesterday", Code.DATE_IN_PAST, lambda w: move(w, from_on=date(2026, 11, 20))),
    Refused("profile.change_address", "in more than a year", Code.DATE_TOO_FAR, lambda w: move(w, from_on=date(2027, 11, 22))),
    Refused("profile.change_address", "abroad with a printed issue", Code.ADDRESS_ABROAD, lambda w: move(w, country="AT", postcode="1010"), gets_paper),
    Refused("profile.change_address", "after a break-in", Code.ACCOUNT_ON_HOLD, move, broken_in),
    Refused("profile.change_address", "the key of another address", Code.KEY_REUSED, lambda w: move(w, street="Am Deich 5"), moved),
    Refused("profile.contact_details", "nobody is identified", Code.IDENTITY_NEEDED, lambda w: w.business.profile.contact_details(NOBODY)),
    Refused("profile.contact_details", "no such customer", Code.NOT_FOUND, lambda w: w.business.profile.contact_details(GONE)),
    Refused("profile.change_email", "nobody is identified", Code.IDENTITY_NEEDED, lambda w: email(w, caller=NOBODY)),
    Refused("profile.change_email", "not freshly confirmed", Code.STEP_UP_NEEDED, lambda w: email(w, caller=ANNA)),
    Refused("profile.change_email", "confirmed over ten minutes ago", Code.STEP_UP_NEEDED, lambda w: email(w, caller=STALE)),
    Refused("profile.change_email", "no address", Code.EMAIL_INVALID, lambda w: email(w, "anna(at)example")),
    Refused("profile.change_email", "two addresses", Code.EMAIL_INVALID, lambda w: email(w, "a@example.org,b@example.org")),
    Refused("profile.change_email", "a line break", Code.EMAIL_INVALID, lambda w: email(w, "a@example.org\nBcc: b@example.org")),
    Refused("profile.change_email", "the present address", Code.BAD_INPUT, lambda w: email(w, "Anna.Lindqvist@example.org")),
    Refused("profile.change_email", "after a break-in", Code.ACCOUNT_ON_HOLD, email, broken_in),
    Refused("profile.change_email", "the key of another address", Code.KEY_REUSED, lambda w: email(w, "x@example.org"), email_asked),
    Refused("profile.change_email", "a sixth change within the day", Code.TOO_OFTEN, email, changed_often),
    Refused("profile.confirm_contact_change", "an unknown link", Code.TOKEN_INVALID, lambda w: confirm(w, "no-such-token")),
    Refused("profile.confirm_contact_change", "the link that undoes", Code.TOKEN_INVALID, lambda w: confirm(w, w.mailbox.sent[0].secret), email_asked),
    Refused("profile.confirm_contact_change", "a used link", Code.TOKEN_INVALID, lambda w: confirm(w, w.mailbox.sent[1].secret, "c2"), email_moved),
    Refused("profile.confirm_contact_change", "a link of over two days ago", Code.TOKEN_INVALID, lambda w: confirm(w, w.mailbox.sent[1].secret), confirm_late),
    Refused("profile.confirm_contact_change", "somebody was quicker", Code.EMAIL_TAKEN, lambda w: confirm(w, w.mailbox.sent[1].secret, "c2"), email_given_away),
    Refused("profile.confirm_contact_change", "after a break-in", Code.ACCOUNT_ON_HOLD, lambda w: confirm(w, w.mailbox.sent[1].secret), email_asked_then_broken_in),
    Refused("profile.confirm_contact_change", "the key of another link", Code.KEY_REUSED, lambda w: confirm(w, "other"), email_moved),
    Refused("profile.change_phone", "not freshly confirmed", Code.STEP_UP_NEEDED, lambda w: phone(w, caller=ANNA)),
    Refused("profile.change_phone", "confirmed over ten minutes ago", Code.STEP_UP_NEEDED, lambda w: phone(w, caller=STALE)),
    Refused("profile.change_phone", "nobody is identified", Code.IDENTITY_NEEDED, lambda w: phone(w, caller=NOBODY)),
    Refused("profile.change_phone", "no number", Code.PHONE_INVALID, lambda w: phone(w, "call me")),
    Refused("profile.change_phone", "an emergency number", Code.PHONE_INVALID, lambda w: phone(w, "112")),
    Refused("profile.change_phone", "too short", Code.PHONE_INVALID, lambda w: phone(w, "0171 23")),
    Refused("profile.change_phone", "the present number", Code.BAD_INPUT, lambda w: w.business.profile.change_phone(SURE, "0049 171 2345678", key="k2"), phone_changed),
    Refused("profile.change_phone", "after a break-in", Code.ACCOUNT_ON_HOLD, phone, broken_in),
    Refused("profile.change_phone", "the key of another number", Code.KEY_REUSED, lambda w: phone(w, "0171 2345679"), phone_changed),
    Refused("profile.change_name", "nobody is identified", Code.IDENTITY_NEEDED, lambda w: name(w, caller=NOBODY)),
    Refused("profile.change_name", "not freshly confirmed", Code.STEP_UP_NEEDED, lambda w: name(w, caller=ANNA)),
    Refused("profile.change_name", "confirmed over ten minutes ago", Code.STEP_UP_NEEDED, lambda w: name(w, caller=STALE)),
    Refused("profile.change_name", "another family name", Code.NAME_NEEDS_DOCUMENT, lambda w: name(w, "Anna Bergmann")),
    Refused("profile.change_name", "another first name", Code.NAME_NEEDS_DOCUMENT, lambda w: name(w, "Ellen Lindqvist")),
    Refused("profile.change_name", "one name more", Code.NAME_NEEDS_DOCUMENT, lambda w: name(w, "Anna Bergmann Lindqvist")),
    Refused("profile.change_name", "digits", Code.BAD_INPUT, lambda w: name(w, "Anna L1ndqvist")),
    Refused("profile.change_name", "the present name", Code.BAD_INPUT, lambda w: name(w, "Anna Lindqvist")),
    Refused("profile.change_name", "after a break-in", Code.ACCOUNT_ON_HOLD, name, broken_in),
    Refused("profile.change_name", "the key of another name", Code.KEY_REUSED, lambda w: name(w, "Anna Lindqist"), name_changed),
    Refused("profile.change_phone", "a sixth change within the day", Code.TOO_OFTEN, phone, changed_often),
    Refused("profile.change_name", "a sixth change within the day", Code.TOO_OFTEN, name, changed_often),
    Refused("profile.undo_contact_change", "an unknown link", Code.UNDO_EXPIRED, lambda w: undo(w, "no-such-token")),
    Refused("profile.undo_contact_change", "a used link", Code.UNDO_EXPIRED, lambda w: undo(w, w.mailbox.sent[0].secret, "u2"), email_undone),
    Refused("profile.undo_contact_change", "a link of over fourteen days ago", Code.UNDO_EXPIRED, lambda w: undo(w, w.mailbox.sent[0].secret), undo_late),
    Refused("profile.undo_contact_change", "the link that would confirm", Code.UNDO_EXPIRED, lambda w: undo(w, w.mailbox.sent[1].secret), email_asked),
    Refused("profile.undo_contact_change", "the key of another link", Code.KEY_REUSED, lambda w: undo(w, "other"), email_undone),
    Refused("profile.preferences", "nobody is identified", Code.IDENTITY_NEEDED, lambda w: w.business.profile.preferences(NOBODY)),
    Refused("profile.preferences", "no such customer", Code.NOT_FOUND, lambda w: w.business.profile.preferences(GONE)),
    Refused("profile.change_preferences", "nobody is identified", Code.IDENTITY_NEEDED, lambda w: prefer(w, PreferencesWish(channel="post"), NOBODY)),
    Refused("profile.change_preferences", "nothing is named", Code.BAD_INPUT, lambda w: prefer(w, PreferencesWish())),
    Refused("profile.change_preferences", "no such channel", Code.PREFERENCE_UNKNOWN, lambda w: prefer(w, PreferencesWish(channel="pigeon"))),
    Refused("profile.change_preferences", "calls without a number on file", Code.PREFERENCE_UNKNOWN, lambda w: prefer(w, PreferencesWish(channel="phone"))),
    Refused("profile.change_preferences", "no such language", Code.PREFERENCE_UNKNOWN, lambda w: prefer(w, PreferencesWish(letters_locale="fr"))),
    Refused("profile.change_preferences", "no such form of address", Code.PREFERENCE_UNKNOWN, lambda w: prefer(w, PreferencesWish(address_form="Euer Gnaden"))),
    Refused("profile.change_preferences", "the key of another wish", Code.KEY_REUSED, lambda w: prefer(w, PreferencesWish(less_contact=False)), prefers),
    Refused("profile.consents", "nobody is identified", Code.IDENTITY_NEEDED, lambda w: w.business.profile.consents(NOBODY)),
    Refused("profile.consents", "no such customer", Code.NOT_FOUND, lambda w: w.business.profile.consents(GONE)),
    Refused("profile.change_consent", "nobody is identified", Code.IDENTITY_NEEDED, lambda w: agree(w, caller=NOBODY)),
    Refused("profile.change_consent", "no such purpose", Code.PREFERENCE_UNKNOWN, lambda w: agree(w, "horoscope")),
    Refused("profile.change_consent", "a newsletter by phone", Code.PREFERENCE_UNKNOWN, lambda w: agree(w, channel="phone")),
    Refused("profile.change_consent", "the key of another wish", Code.KEY_REUSED, lambda w: agree(w, "offers"), agreed),
    Refused("profile.confirm_consent", "an unknown link", Code.TOKEN_INVALID, lambda w: confirm_consent(w, "no-such-token")),
    Refused("profile.confirm_consent", "a used link", Code.TOKEN_INVALID, lambda w: confirm_consent(w, w.mailbox.sent[0].secret, "c2"), consent_confirmed),
    Refused("profile.confirm_consent", "a link of over two days ago", Code.TOKEN_INVALID, lambda w: confirm_consent(w, w.mailbox.sent[0].secret), consent_late),
    Refused("profile.confirm_consent", "the key of another link", Code.KEY_REUSED, lambda w: confirm_consent(w, "other"), consent_confirmed),
)  # fmt: skip
