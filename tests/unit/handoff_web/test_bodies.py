"""Forms of pages that anybody may send: read no further than a form is long, whatever they say of their length."""

import pytest
from fastapi import Request
from starlette.types import Message

from handoff.desk.links import LinkRefused
from handoff.web.links import form_of


class Sender:
    """Sends pieces without end, without a word about how many."""

    def __init__(self, piece: bytes, pieces: int) -> None:
        self.piece, self.pieces, self.sent = piece, pieces, 0

    async def __call__(self) -> Message:
        self.sent += 1
        more = self.sent < self.pieces
        return {"type": "http.request", "body": self.piece, "more_body": more}


def request(sender: Sender, **headers: str) -> Request:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "headers": named}, sender)


@pytest.mark.parametrize("told", [{}, {"content_length": "10"}])
async def test_a_form_is_read_no_further_than_it_may_be_long(told: dict[str, str]) -> None:
    sender = Sender(b"a" * 1000, pieces=1000)
    with pytest.raises(LinkRefused):
        await form_of(request(sender, **told))
    assert sender.sent == 3


async def test_a_form_in_pieces_is_read_whole() -> None:
    assert await form_of(request(Sender(b"what=no&", pieces=3))) == {"what": "no"}
