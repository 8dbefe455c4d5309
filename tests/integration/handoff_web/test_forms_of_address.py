"""The pages of a gateway whose operator says "du", as a browser gets them."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.address import FAMILIAR, POLITE
from tests.integration.handoff_web.gateway import Gateway, running_gateway
from tests.integration.handoff_web.test_links import BUTTONS, handed_out
from tests.integration.handoff_web.test_transcripts import address, written

GERMAN = {"Accept-Language": "de"}


@pytest.fixture
async def familiar(folder: Path) -> AsyncIterator[Gateway]:
    """A gateway that says "du"."""
    async with running_gateway(folder, form_of_address="du") as running:
        yield running


async def pages(gateway: Gateway, folder: Path) -> dict[str, str]:
    """The words of the pages by their name, in German."""
    chat = await written(gateway, "Hallo")
    paths = {
        "transcript": address(gateway, "transcripts", chat),
        "feedback": address(gateway, "feedback", "none"),
        "over": "/transcripts/none",
        "pay": f"/pay/{handed_out(folder, 'pay')}",
        "help": "/help/de",
        "article": "/help/de/failed-payments",
        **{page: f"/{page}/{'x' * 20}" for page in BUTTONS},
        "agreement": "/agree/none",
    }
    found = {name: await gateway.http.get(path, headers=GERMAN) for name, path in paths.items()}
    found["refused"] = await gateway.http.post(f"/undo/{'x' * 20}", headers=GERMAN)
    return {name: re.sub(r"<[^>]+>", "\n", answer.text) for name, answer in found.items()}


async def test_du_is_said_on_every_page_and_sie_on_none(familiar: Gateway, folder: Path) -> None:
    found = await pages(familiar, folder)
    assert {name for name, text in found.items() if POLITE.search(text)} == set()
    assert {name for name, text in found.items() if not FAMILIAR.search(text)} == set()


async def test_sie_is_said_on_every_page_and_du_on_none(gateway: Gateway, folder: Path) -> None:
    found = await pages(gateway, folder)
    assert {name for name, text in found.items() if FAMILIAR.search(text)} == set()
    assert {name for name, text in found.items() if not POLITE.search(text)} == set()
