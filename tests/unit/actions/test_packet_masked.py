"""What people typed comes back in answers, and answers are told in the packet: masked."""

import pytest

from subscriptions.policy.masking import mask_personal

TYPED = [
    ("DE89370400440532013000", "…3000"),
    ("DE89 3704 0044 0532 0130 00", "…3000"),
    ("anna.lindqvist@example.org", "a***@e…"),
    ("+49 171 3920012", "+49***12"),
]


@pytest.mark.parametrize(("typed", "shown"), TYPED)
async def test_what_was_tried_holds_no_account_and_no_address(chat, typed: str, shown: str) -> None:
    talk = chat("K-1001")
    told = await talk.says(f"Beschwerde: von {typed} zu viel abgebucht", "complaint")
    assert typed in told.text, "their own words are shown to themselves"
    packet = (await talk.says("Mensch bitte", "request_human")).handoff
    assert packet is not None
    assert typed not in packet.model_dump_json()
    assert shown in packet.tried[-1].result_de
    assert "zu viel abgebucht" in packet.tried[-1].result_de


def test_numbers_that_are_nobodys_stay() -> None:
    for plain in (
        "Rechnung R-2026-000123 über 11,99 € am 01.09.2026 um 08:00 Uhr",
        "K-1001 pays 1,234.50 on 2026-09-01, case C-000017, no 20260001234",
        "m***@w… +49***78 …3000",
    ):
        assert mask_personal(plain) == plain
