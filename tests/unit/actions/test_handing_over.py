"""Passing on: at once when asked, honestly when not covered, numbers first in a crisis."""

from pathlib import Path

import pytest
import yaml

from actions.refusals import REFUSALS
from actions.runtime import build_actions
from actions.services import Services
from actions.texts import load_texts

REPOSITORY = Path(__file__).resolve().parents[3]


async def test_a_person_at_once(chat) -> None:
    answer = await chat(None).says("Ich möchte mit einem Menschen sprechen", "request_human")
    assert answer.handoff is not None
    assert answer.handoff.reason == "asked"
    assert answer.says


async def test_the_packet_knows_what_was_tried(chat) -> None:
    talk = chat("K-1001")
    await talk.says("hallo", "greet")
    await talk.says("Warum?", "why_payment_failed")
    answer = await talk.says("Mensch!", "request_human")
    packet = answer.handoff
    assert packet is not None
    assert packet.skill == "COL"
    (step,) = packet.tried
    assert (step.what_de, step.what_en) == (
        "Fehlgeschlagene Zahlung klären",
        "Sort out the failed payment",
    )
    assert "11,99" in step.result_de
    assert (packet.summary_de, packet.summary_en) == (step.what_de, step.what_en)


def test_every_failure_that_calls_a_person_is_told_in_words() -> None:
    texts = load_texts(REPOSITORY / "data" / "responses")
    told = [one for row in REFUSALS.values() for one in (row, row.of_write) if one and one.passing]
    assert len(told) == 4
    for refusal in told:
        assert refusal.passing is not None
        assert f"summary.{refusal.passing.failed}" in texts.by_key


async def test_the_packet_masks_addresses_and_accounts(chat) -> None:
    entities = {"iban": "DE89370400440532013000", "email": "anna@example.org"}
    entities |= {"phone": "+491713920012", "street": "Lindenallee 12", "voucher": "SOMMER25"}
    entities |= {"plan": "press-plus", "city": "Jena", "postcode": "07743", "month": "2026-03"}
    entities |= {"period": "2026-08-03/2026-08-17", "time": "15:30", "duration": "P2W"}
    packet = (await chat(None).says("x", "request_human", entities=entities)).handoff
    assert packet is not None
    masked = {"iban": "…3000", "email": "a***@e…", "phone": "+49***12", "street": "L***"}
    money = {"voucher"}
    plain = {name: value for name, value in entities.items() if name not in masked.keys() | money}
    assert packet.slots == {**plain, **masked}


async def test_whoever_gives_up_proving_goes_to_the_people_of_the_matter(chat) -> None:
    talk = chat(None)
    await talk.says("Kopie meiner Daten", "data_export")
    packet = (await talk.says("Mensch bitte", "request_human")).handoff
    assert packet is not None
    assert packet.skill == "PRV"


@pytest.mark.parametrize(
    ("intent", "reason", "skill"),
    [
        ("account_compromised", "catalogue", "SEC"),
        ("subscriber_deceased", "catalogue", "CMP"),
    ],
)
async def test_a_topic_goes_to_its_skill(chat, intent: str, reason: str, skill: str) -> None:
    packet = (await chat(None).says("x", intent)).handoff
    assert packet is not None
    assert (packet.reason, packet.skill, packet.intent) == (reason, skill, intent)


async def test_every_intent_ends_in_words(chat, rules) -> None:
    for subscriber in ("K-1001", None):
        for intent in rules:
            answer = await chat(subscriber).says("x", intent)
            assert answer.says, intent
            assert all(said.text.strip() for said in answer.says)


async def test_the_numbers_come_first_in_a_crisis(chat) -> None:
    answer = await chat(None, locale="en").says("x", "crisis")
    for number in ("112", "0800 1110111", "0800 1110222", "116 123", "116 111"):
        assert number in answer.text
    assert answer.handoff is not None
    assert answer.handoff.skill == "CMP"


def test_every_action_of_the_domain_is_served(services: Services) -> None:
    domain = yaml.safe_load((REPOSITORY / "bot/domain/actions.yml").read_text(encoding="utf-8"))
    served = {f"action_{intent}" for intent in build_actions(services)}
    assert served - {*("action_identify", "action_call_back", "action_withdraw_call_back")} == set(
        domain["actions"]
    )
