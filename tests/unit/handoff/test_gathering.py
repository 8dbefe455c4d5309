"""One question for all who ask meanwhile: in order, bounded, and nobody is left waiting."""

import asyncio

import pytest

from handoff.conversations.gathering import Gathering


async def test_what_is_asked_meanwhile_is_one_question_in_the_order_of_asking() -> None:
    asked: list[list[int]] = []

    async def ask(numbers: list[int]) -> list[int]:
        asked.append(numbers)
        await asyncio.sleep(0)
        return [number * 2 for number in numbers]

    gathering = Gathering(ask, at_once=3)
    answers = await asyncio.gather(*(gathering.answer(number) for number in range(7)))
    assert answers == [0, 2, 4, 6, 8, 10, 12]
    assert asked == [[0, 1, 2], [3, 4, 5], [6]]
    assert await gathering.answer(9) == 18


async def test_a_failure_is_that_of_its_question_alone() -> None:
    async def ask(words: list[str]) -> list[str]:
        if "bad" in words:
            raise ValueError
        return words

    gathering = Gathering(ask, at_once=2)
    asking = [gathering.answer(word) for word in ("bad", "beside", "good")]
    first, beside, good = await asyncio.gather(*asking, return_exceptions=True)
    assert isinstance(first, ValueError)
    assert isinstance(beside, ValueError)
    assert good == "good"


async def test_who_gave_up_holds_up_nobody() -> None:
    goes_on = asyncio.Event()

    async def ask(words: list[str]) -> list[str]:
        await goes_on.wait()
        return words

    gathering = Gathering(ask, at_once=1)
    left, stays = (asyncio.create_task(gathering.answer(word)) for word in ("left", "stays"))
    await asyncio.sleep(0)
    left.cancel()
    goes_on.set()
    assert await stays == "stays"
    with pytest.raises(asyncio.CancelledError):
        await left
