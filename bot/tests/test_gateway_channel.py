"""Only the gateway may speak to the assistant: what arrives in a message's metadata says who the subscriber is."""

import asyncio
from typing import Any

import httpx
import pytest
from rasa.core.channels.channel import UserMessage, register
from rasa.exceptions import RasaException
from sanic import Sanic

from gateway_channel import QUESTION, GatewayInput

FORGED = {"sender": "c", "message": "hello", "metadata": {"subscriber_id": "K-1001", "level": 1}}
TOKEN = "the gateway's own"  # noqa: S105


class Listening:
    """Stands where the assistant would and remembers the messages which reached it."""

    def __init__(self) -> None:
        self.heard: list[UserMessage] = []

    async def handle_message(self, message: UserMessage) -> None:
        self.heard.append(message)


@pytest.fixture(scope="module")
def rasa() -> Sanic:
    """Sanic with the channel as Rasa mounts it."""
    app = Sanic("channel", configure_logging=False)
    register([GatewayInput.from_credentials({"token": TOKEN})], app, route="/webhooks/")
    Sanic.test_mode = True  # else it rewrites its own methods, which works once in a process
    asyncio.run(app._startup())
    return app


def posted(
    rasa: Sanic, params: dict[str, str], body: dict[str, Any] = FORGED
) -> tuple[int, list[UserMessage]]:
    """The status of a call of the channel, and what reached the assistant."""
    rasa.ctx.agent = Listening()

    async def post() -> int:
        transport = httpx.ASGITransport(rasa)
        async with httpx.AsyncClient(transport=transport, base_url="http://rasa") as client:
            answer = await client.post("/webhooks/rest/webhook", params=params, json=body)
            return answer.status_code

    return asyncio.run(post()), rasa.ctx.agent.heard


@pytest.mark.parametrize(
    "params", [{}, {"token": ""}, {"token": "guessed"}, {"token": "ü"}, {"stream": "true"}]
)
def test_nobody_else_is_heard(rasa: Sanic, params: dict[str, str]) -> None:
    assert posted(rasa, params) == (401, [])


def test_the_gateway_is_heard(rasa: Sanic) -> None:
    status, heard = posted(rasa, {"token": TOKEN})
    assert status == 200
    assert [(m.text, m.sender_id, m.metadata) for m in heard] == [
        ("hello", "c", FORGED["metadata"])
    ]


@pytest.mark.parametrize("credentials", [None, {}, {"token": ""}])
def test_without_a_token_there_is_no_channel(credentials: dict[str, Any] | None) -> None:
    with pytest.raises(RasaException):
        GatewayInput.from_credentials(credentials)


def test_a_card_number_never_reaches_the_tracker(rasa: Sanic) -> None:
    message = "card 4111 1111 1111 1111, account DE89 3704 0044 0532 0130 00"
    _, heard = posted(rasa, {"token": TOKEN}, {"sender": "c", "message": message})
    assert [m.text for m in heard] == ["card •••• 1111, account DE89 3704 0044 0532 0130 00"]


def test_an_answer_names_its_question(rasa: Sanic) -> None:
    rasa.ctx.agent = Listening()

    async def asked(headers: dict[str, str], params: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(rasa)
        async with httpx.AsyncClient(transport=transport, base_url="http://rasa") as client:
            return await client.post(
                "/webhooks/rest/webhook", params=params, json=FORGED, headers=headers
            )

    named = asyncio.run(asked({QUESTION: "f00"}, {"token": TOKEN}))
    assert named.headers[QUESTION] == "f00"
    assert QUESTION not in asyncio.run(asked({}, {"token": TOKEN})).headers
