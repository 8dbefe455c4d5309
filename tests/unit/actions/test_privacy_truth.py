"""What is said of a copy and of an erasure is what the business does: no more and no less."""

from subscriptions.store.erasing import CLEARED, DELETED
from tests.unit.actions.test_care import proven, rows

_ERASED_WORDS = {
    "Anschriften": "addresses",
    "Zugang": "logins",
    "Geräte": "devices",
    "Nutzung": "usage_months",
    "Zustellung": "deliveries",
}


async def test_what_is_told_to_go_is_what_goes(chat) -> None:
    shown = await proven(chat("K-1001")).says("Löscht alles von mir", "data_erasure")
    for word, table in _ERASED_WORDS.items():
        assert word in shown.text
        assert table in DELETED
    assert "unkenntlich" in shown.text
    assert {"name", "phone"} <= set(CLEARED["customers"])
    assert {"label", "holder"} <= set(CLEARED["payment_methods"])


async def test_after_the_wish_nothing_is_claimed_to_be_gone(chat, database) -> None:
    before = rows(database, "SELECT name FROM customers WHERE number = 'K-1001'")
    talk = proven(chat("K-1001"))
    await talk.says("Löscht alles von mir", "data_erasure")
    done = await talk.says("ja", "affirm")
    assert "gelöscht ist noch nichts" in done.text
    assert "Solange" in done.text
    assert rows(database, "SELECT name FROM customers WHERE number = 'K-1001'") == before


async def test_a_copy_is_not_said_to_hold_the_chats(chat) -> None:
    for locale, word in (("de", "Ch"), ("en", "chat")):
        shown = await proven(chat("K-1001", locale=locale)).says("Datenkopie", "data_export")
        assert word.lower() in shown.text.lower()
        assert "alles, was wir" not in shown.text
        assert "everything we have" not in shown.text
