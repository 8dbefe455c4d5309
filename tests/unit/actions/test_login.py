"""The password reset: the same words, whether or not an account exists."""

KNOWN, UNKNOWN = "anna.lindqvist@example.org", "nobody@example.org"


async def test_the_words_do_not_tell_who_exists(chat) -> None:
    texts = {
        (await chat(subscriber).says("vergessen", "reset_password", entities=entities)).text
        for subscriber, entities in [
            (None, {"email": KNOWN}),
            (None, {"email": UNKNOWN}),
            ("K-1001", {}),
            ("K-1001", {"email": UNKNOWN}),
        ]
    }
    assert len(texts) == 1
    assert "30 Minuten" in texts.pop()


async def test_the_address_is_asked_for_and_completes_it(chat) -> None:
    talk = chat(None)
    asked = await talk.says("vergessen", "reset_password")
    assert "E-Mail-Adresse" in asked.text
    yes = await talk.says("ja", "affirm")
    assert "E-Mail-Adresse" in yes.text
    done = await talk.says(KNOWN, "inform", entities={"email": KNOWN})
    assert "30 Minuten" in done.text
    assert not done.open
    assert KNOWN not in done.text


async def test_a_value_that_is_no_address_is_asked_again(chat) -> None:
    talk = chat(None)
    await talk.says("vergessen", "reset_password")
    again = await talk.says("12.11.", "inform", entities={"date": "2026-11-12"})
    assert "E-Mail-Adresse" in again.text
    assert again.open == ["reset_password"]
