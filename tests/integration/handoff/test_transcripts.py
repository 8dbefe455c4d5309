"""Transcripts: sent to the address on file, opened by a signed address, masked."""

import pytest

from handoff.adapters.sql.aftercare import SqlAftercare
from handoff.adapters.sql.promises import SqlPromises
from handoff.conversations.flow import Flow
from handoff.conversations.model import Event
from handoff.desk.promises.desk import Owed
from handoff.desk.promises.line import Line
from handoff.desk.promises.signing import LinkOverError
from handoff.desk.promises.transcripts import Transcripts
from handoff.desk.routing.model import Look
from subscriptions import Subscriptions
from tests.integration.handoff.house import (
    MAYA,
    PAGES,
    Clock,
    House,
    anonymous,
    cid,
    log_of,
)
from tests.integration.handoff.test_aftercare import last, press, served
from tests.integration.subscriptions.people import (
    Mailbox,
)


@pytest.fixture
def flow(paged: Flow) -> Flow:
    """A node whose pages can be reached."""
    return paged


def owed(house: House, flow: Flow, clock: Clock) -> Owed:
    async def nobody() -> Look:
        return Look(now=clock.now)

    store = house.stores[0]
    promises = SqlPromises(store)
    line = Line(nobody, lambda: promises.handled(7))
    return Owed(promises, SqlAftercare(store), line, PAGES, reads=flow, clock=clock)


async def test_a_transcript_is_sent_once_to_the_address_on_file_and_its_link_opens_it_masked(
    flow: Flow,
    house: House,
    aftercare: SqlAftercare,
    business: Subscriptions,
    mailbox: Mailbox,
    clock: Clock,
) -> None:
    conversation = await served(flow)
    await flow.note(conversation, agent=MAYA, cid=cid(), text="nur für Kollegen")
    question = await last_with(flow, conversation, "ended")
    await press(flow, question, "Verlauf per E-Mail")
    await press(flow, question, "Verlauf per E-Mail")
    told = await last(flow, conversation)
    assert told.body["buttons"][0]["title"] == "Gut"  # still to be rated
    transcripts = Transcripts(aftercare, business, flow, PAGES)
    assert [await transcripts.send(clock) for _ in range(2)] == [1, 0]
    (mail,) = mailbox.sent
    assert mail.template == "transcript"
    locale, lines = await owed(house, flow, clock).transcript(mail.secret)
    words = "\n".join(line.text for line in lines)
    assert locale == "de"
    assert "Erledigt." in words
    assert "nur für Kollegen" not in words
    clock.pass_(days=8)
    with pytest.raises(LinkOverError):
        await owed(house, flow, clock).transcript(mail.secret)


async def last_with(flow: Flow, conversation: str, code: str) -> Event:
    found = [e for e in await log_of(flow, conversation) if e.body.get("code") == code]
    return found[-1]


async def test_whoever_is_not_known_gets_no_mail(flow: Flow, aftercare: SqlAftercare) -> None:
    conversation = await anonymous(flow)
    await flow.ask_person(conversation, cid=cid())
    epoch = (await flow.get(conversation)).epoch
    await flow.take(conversation, agent=MAYA, epoch=epoch, cid=cid())
    await flow.reply(conversation, agent=MAYA, epoch=epoch + 1, cid=cid(), text="Hallo")
    await flow.release(
        conversation, agent=MAYA, epoch=epoch + 1, cid=cid(), to="closed", outcome=""
    )
    question = await last(flow, conversation)
    assert "Verlauf per E-Mail" not in [b["title"] for b in question.body["buttons"]]
    assert await aftercare.wanted(10) == []


async def test_numbers_and_addresses_are_masked_in_it(
    flow: Flow, house: House, clock: Clock
) -> None:
    conversation = await anonymous(flow)
    said = "Ich bin m.muster@web.de, DE89 3704 0044 0532 0130 00, 4111 1111 1111 1111"
    await flow.receive(conversation, cid=cid(), text=said)
    token = PAGES.address("transcripts", conversation, clock.now).rpartition("/")[2]
    _, lines = await owed(house, flow, clock).transcript(token, "en")
    text = lines[-1].text
    assert not any(secret in text for secret in ("muster", "0130", "4111"))
    assert (lines[0].who, lines[-1].who) == ("Automated assistant", "You")
    for wrong in (f"{token}x", token.replace(conversation, "other"), "", "a.b.c", "ä.1.é"):
        with pytest.raises(LinkOverError):
            await owed(house, flow, clock).transcript(wrong)
    with pytest.raises(LinkOverError):
        owed(house, flow, clock).rating(token)
