"""The pages of a transcript and of a comment, opened by their signed addresses."""

from datetime import UTC, datetime, timedelta

import pytest

from handoff.conversations.effects import Page
from handoff.desk.promises.signing import Pages
from tests.integration.handoff_web.gateway import HEADER, Gateway, cid
from tests.integration.handoff_web.test_conversation import hand_over, take


def address(gateway: Gateway, page: Page, name: str, **ago: float) -> str:
    """The path of a page as of some time ago."""
    secret = gateway.settings.session_secret.get_secret_value()
    signed = Pages(gateway.base, secret).address(page, name, datetime.now(UTC) - timedelta(**ago))
    return signed.removeprefix(gateway.base)


async def written(gateway: Gateway, text: str) -> str:
    async with gateway.subscriber(locale="de") as (talk, welcome):
        await talk.send("send", cid=cid(), text=text)
        await talk.event("message", author="bot", text=f"bot heard {text}")
        name: str = welcome["conversation"]
        return name


async def test_a_transcript_is_read_in_both_languages_and_saved(gateway: Gateway) -> None:
    path = address(gateway, "transcripts", await written(gateway, "<b>Hallo</b> a.b@web.de"))
    german = await gateway.http.get(path)
    assert (german.status_code, german.headers["cache-control"]) == (200, "no-store")
    assert "<h1>Ihr Gespräch</h1>" in german.text
    assert "&lt;b&gt;Hallo&lt;/b&gt; a***@w…" in german.text
    assert '<html lang="de">' in german.text
    english = await gateway.http.get(f"{path}?lang=en")
    assert "<h1>Your conversation</h1>" in english.text
    assert "Automated assistant" in english.text
    assert 'lang="de" hreflang="de"' in english.text
    file = await gateway.http.get(f"{path}/text?lang=en")
    assert file.headers["content-type"] == "text/plain; charset=utf-8"
    assert "attachment" in file.headers["content-disposition"]
    assert "You: <b>Hallo</b> a***@w…" in file.text


@pytest.mark.parametrize("page", ["transcripts", "feedback"])
async def test_an_address_that_ran_out_or_was_changed_opens_nothing(
    gateway: Gateway, page: Page
) -> None:
    name = await written(gateway, "Hallo")
    over = address(gateway, page, name, days=8)
    other = address(gateway, "feedback" if page == "transcripts" else "transcripts", name)
    wrong = other.replace("feedback", "x").replace("transcripts", page).replace("x", page)
    for path in (over, f"{address(gateway, page, name)}x", wrong, f"/{page}/a", f"/{page}/ä.b.c"):
        answer = await gateway.http.get(path, headers={"Accept-Language": "en"})
        assert (answer.status_code, "<h1>This link is not valid</h1>" in answer.text) == (404, True)
        assert "Hallo" not in answer.text


async def test_how_it_was_is_asked_after_a_person_and_a_comment_is_kept(gateway: Gateway) -> None:
    async with gateway.subscriber(locale="en") as (talk, welcome), gateway.agent() as agent:
        chat = welcome["conversation"]
        await hand_over(talk)
        epoch = await take(agent, chat)
        await agent.send("send", cid=cid(), conversation=chat, epoch=epoch, text="All done.")
        await talk.event("message", author="agent")
        await agent.send(
            "release", cid=cid(), conversation=chat, epoch=epoch, to="closed", outcome="solved"
        )
        asked = await talk.event("message", code="ended")
        titles = [button["title"] for button in asked["event"]["buttons"]]
        assert titles == ["Good", "OK", "Bad", "Rather not say"]
        await talk.send("press", cid=cid(), seq=asked["seq"], index=0)
        await talk.event("message", code="rated")
    path = f"/api/agent/conversations/{chat}/promises"
    assert (await gateway.http.get(path, headers=HEADER)).status_code == 401
    owed = await gateway.http.get(path, headers=HEADER | {"Cookie": await gateway.login()})
    (promise,) = owed.json()
    assert (promise["kind"], promise["state"], promise["owed"]) == ("first_answer", "kept", False)
    assert [fact["what"] for fact in promise["facts"]] == ["made", "kept"]
    begun = datetime.now(UTC) - timedelta(hours=1)
    (rated,) = await gateway.web.owed.aftercare.rated_between(begun, datetime.now(UTC))
    assert (rated.about, rated.answer) == ("person", "good")
    path = address(gateway, "feedback", rated.id)
    form = await gateway.http.get(f"{path}?lang=en")
    assert '<label for="comment">' in form.text
    assert (await gateway.http.post(path, data={"comment": "  "})).status_code == 200
    kept = await gateway.http.post(
        f"{path}?lang=en", data={"comment": "Very kind, 4111 1111 1111 1111"}
    )
    assert 'role="status"' in kept.text
    (rated,) = await gateway.web.owed.aftercare.rated_between(begun, datetime.now(UTC))
    assert rated.comment == "Very kind, •••• 1111"
    assert len(gateway.assistant.turns) == 0
