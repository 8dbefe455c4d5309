"""Every code has its row; the generated document is current."""

from handoff.conversations.errors import ConversationError, Refusal
from handoff.protocol_docs import DOCUMENT, document
from handoff.schema import PACKET_DOCUMENT, packet_document
from handoff.web.errors import BUSINESS, REFUSALS, nack, where
from subscriptions.errors import Code


def test_every_refusal_and_every_business_code_is_mapped() -> None:
    assert set(REFUSALS) == set(Refusal)
    assert set(BUSINESS) == set(Code)


def test_a_nack_says_who_was_faster() -> None:
    frame = nack("cid-12345", ConversationError(Refusal.TAKEN, agent_name="Maya"))
    assert (frame.code, frame.retry, frame.facts) == ("taken", False, {"agent_name": "Maya"})


def test_a_logged_place_holds_no_text_of_the_error() -> None:
    try:
        raise ValueError("what a person wrote")
    except ValueError as error:
        place = where(error)
    assert "test_tables.py" in place
    assert "wrote" not in place


def test_the_protocol_document_is_current() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "run python -m handoff.protocol_docs"


def test_the_schema_of_the_case_packet_is_current() -> None:
    written = PACKET_DOCUMENT.read_text(encoding="utf-8")
    assert written == packet_document(), "run python -m handoff.schema packet"
