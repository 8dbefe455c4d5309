"""The words of messages with secrets: complete, in both languages, plain; and the setting that names an outbox."""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from subscriptions.model.base import Fact
from subscriptions.outbox import Message, check_outbox, no_outbox, open_outbox
from subscriptions.outbox.choice import Places, smtp_server
from subscriptions.outbox.texts import FOLDER, MailTextError, MailTexts

ROOT = Path(__file__).resolve().parents[3]
TEXTS = MailTexts("https://shop.example.org/account")
FACTS: dict[str, Fact] = {
    "minutes": 10,
    "case": "F-1",
    "new": "n***@e…",
    "until": date(2026, 12, 5),
    "asked": date(2026, 11, 21),
}
WORDS = {
    (name, locale, form): text
    for path in FOLDER.glob("*.yml")
    for name, content in yaml.safe_load(path.read_text(encoding="utf-8")).items()
    for locale in ("de", "en")
    for form, text in content[locale].items()
}


def message(template: str, locale: str = "de", channel: str = "email") -> Message:
    return Message("a@example.org", channel, locale, template, "SECRET", FACTS)


@pytest.mark.parametrize("locale", ["de", "en"])
@pytest.mark.parametrize("name", sorted(TEXTS.names))
def test_every_text_can_be_filled(name: str, locale: str) -> None:
    letter = TEXTS.letter(message(name, locale))
    assert letter.subject.strip()
    assert not re.search(r"[{}]", letter.subject + letter.text)
    assert "\n" not in letter.subject, "a header is one line"


def test_dates_are_written_in_the_language() -> None:
    assert "5. Dezember 2026" in TEXTS.letter(message("email_change_asked")).text
    assert "December 5, 2026" in TEXTS.letter(message("email_change_asked", "en")).text


def test_a_token_ends_the_address_of_its_page() -> None:
    text = TEXTS.letter(message("email_change_asked")).text
    assert "https://shop.example.org/account/undo/SECRET\n" in text


def test_a_password_is_set_at_the_host_site_behind_the_hash() -> None:
    assert (
        "https://shop.example.org/account/reset#SECRET"
        in TEXTS.letter(message("password_reset")).text
    )
    apart = MailTexts("https://chat.example.org", site="https://shop.example.org/my")
    assert (
        "https://shop.example.org/my/reset#SECRET" in apart.letter(message("password_reset")).text
    )
    assert "https://chat.example.org/undo/SECRET" in apart.letter(message("phone_changed")).text


def test_every_message_that_is_posted_has_its_text() -> None:
    posted = set()
    for folder in ("identity", "profile"):
        for path in (ROOT / "subscriptions" / folder).glob("*.py"):
            posted |= set(
                re.findall(r'Message\([^"]+"(?:email|sms)", [\w.]+, "(\w+)"', path.read_text())
            )
    posted |= {"newsletter_confirm", "offers_confirm", "contact_change_undone"}
    assert len(posted) > 8
    assert posted <= TEXTS.names


ADVERTISING = re.compile(
    r"rabatt|gutschein|jetzt sichern|exklusiv|angebot des|discount|voucher|save now|deal", re.I
)


@pytest.mark.parametrize("place", sorted(WORDS), ids=str)
def test_no_advertising_and_no_shouting(place: tuple[str, str, str]) -> None:
    """§ 7 UWG: nothing is sold in a message about a login or contact data."""
    assert not ADVERTISING.search(WORDS[place])
    assert "!" not in WORDS[place]


@pytest.mark.parametrize("name", sorted(TEXTS.names - {"data_erased"}))  # the last message of all
def test_each_message_says_what_to_do_if_it_was_not_you(name: str) -> None:
    german, english = (TEXTS.letter(message(name, locale)).text for locale in ("de", "en"))
    assert re.search(r"nicht Sie|angefordert|nichts gemeldet|nicht so sein", german)
    assert re.search(r"not you|did not ask|did not report|should not be", english)


def test_a_missing_fact_or_text_is_a_bug_that_raises() -> None:
    bare = Message("a@example.org", "email", "de", "one_time_code", "1")
    with pytest.raises(MailTextError, match="minutes"):
        TEXTS.letter(bare)
    with pytest.raises(MailTextError, match="no text"):
        TEXTS.letter(message("no_such_text"))
    with pytest.raises(MailTextError, match="no sms"):
        TEXTS.letter(message("one_time_code", channel="sms"))


@pytest.mark.parametrize(
    "content",
    [
        "x: {de: {subject: a, text: b}}",
        "x: {de: {subject: a, text: b}, en: {subject: a}}",
        "x: {de: {subject: a, text: '{code}'}, en: {subject: a, text: b}}",
        "x: {page: p, de: {subject: a, text: b}, en: {subject: a, text: b}}",
        "x: {de: {subject: a, text: '{link}'}, en: {subject: a, text: '{link}'}}",
    ],
)
def test_lopsided_texts_are_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "bad.yml").write_text(content)
    with pytest.raises(MailTextError):
        MailTexts("https://x.example/", tmp_path)


def test_a_fact_is_never_read_as_a_template() -> None:
    nasty = Message(
        "a@e.org", "email", "de", "email_change_asked", "S", {**FACTS, "new": "{link}{0.x}"}
    )
    assert "{link}{0.x}" in TEXTS.letter(nasty).text


# --- the setting

MAIL = "smtp://care:p%40ss@mail.example.org?sender=care@example.org&links=https://shop.example.org/"


def test_an_smtp_setting_is_read() -> None:
    server, places = smtp_server(f"{MAIL}&sms=sms.example.org&ca=/etc/ca.pem")
    assert (server.host, server.port, server.security) == ("mail.example.org", 587, "starttls")
    assert (server.user, server.password, server.sms_domain) == ("care", "p@ss", "sms.example.org")
    assert (server.authorities, places) == (
        "/etc/ca.pem",
        Places("https://shop.example.org/", ""),
    )
    assert "p@ss" not in repr(server)
    encrypted, _ = smtp_server(MAIL.replace("smtp:", "smtps:"))
    assert (encrypted.port, encrypted.security) == (465, "tls")


def test_links_lead_to_the_public_address_unless_told_otherwise() -> None:
    bare = MAIL.partition("&links=")[0]
    _, places = smtp_server(f"{bare}&site=https://my.example.org/", "https://chat.example.org/")
    assert places == Places("https://chat.example.org/", "https://my.example.org/")
    _, places = smtp_server(MAIL, "https://chat.example.org/")
    assert places.links == "https://shop.example.org/"
    with pytest.raises(ValueError, match="outbox"):
        check_outbox(bare, "http://chat.example.org/")
    with pytest.raises(ValueError, match="outbox"):
        check_outbox(f"{MAIL}&site=http://my.example.org/")


def test_nothing_is_the_default() -> None:
    assert open_outbox("none") is no_outbox
    assert open_outbox("") is no_outbox


@pytest.mark.parametrize(
    "setting",
    [
        "pigeon",
        "file:",
        "smtp://",
        "smtp://mail.example.org",
        MAIL.replace("sender=care@example.org&", ""),
        MAIL.replace("links=https://shop.example.org/", ""),
        MAIL.replace("https://shop", "http://shop"),
        f"{MAIL}&security=none",
        MAIL.replace("p%40ss", "p%C3%A4ss%40ss"),
        f"{MAIL}&colour=blue",
        MAIL.replace("mail.example.org?", "mail.example.org:port?"),
        MAIL.replace("mail.example.org?", "127.0.0.1?") + "&security=starttls",
    ],
)
def test_what_cannot_be_opened_is_said_without_the_password(setting: str) -> None:
    for call in (check_outbox, open_outbox):
        with pytest.raises(ValueError, match="outbox") as refused:
            call(setting)
        assert "p%40ss" not in str(refused.value)
        assert "p@ss" not in str(refused.value)
