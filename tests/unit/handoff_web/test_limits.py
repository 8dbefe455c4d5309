"""Buckets fill, drain, refill, and forget."""

import asyncio

from handoff.web.limits import Buckets, Open, Rate, Turns


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_allows_its_burst_then_its_rate() -> None:
    clock = Clock()
    buckets = Buckets(Rate(burst=3, per_second=1), clock=clock)
    assert [buckets.allow("a") for _ in range(4)] == [True, True, True, False]
    assert buckets.allow("b")
    clock.now = 1.0
    assert [buckets.allow("a") for _ in range(2)] == [True, False]
    clock.now = 100.0
    assert [buckets.allow("a") for _ in range(4)] == [True, True, True, False]


def test_the_number_of_keys_is_bounded() -> None:
    buckets = Buckets(Rate(burst=1, per_second=0.001), max_keys=2, clock=Clock())
    assert all(buckets.allow(key) for key in "abc")
    assert not buckets.allow("c")
    assert buckets.allow("a"), "the oldest key was forgotten"


def test_open_counts_up_and_down() -> None:
    sockets = Open(2)
    assert sockets.enter("a")
    assert sockets.enter("a")
    assert not sockets.enter("a")
    sockets.leave("a")
    assert sockets.enter("a")
    assert sockets.enter("b")


async def test_a_crowd_goes_on_in_its_order_and_others_have_their_turn_between() -> None:
    turns, order = Turns(2), list[str]()

    async def one(number: int) -> None:
        await turns.turn()
        order.append(str(number))

    async def chat() -> None:
        for _ in range(3):
            order.append("chat")
            await asyncio.sleep(0)

    await asyncio.gather(*(one(number) for number in range(6)), chat())
    assert [entry for entry in order if entry != "chat"] == list("012345")
    assert order[:3] == ["0", "1", "chat"]


async def test_who_leaves_the_crowd_takes_nobodys_turn() -> None:
    turns = Turns(1)
    await turns.turn()
    left, stays = (asyncio.create_task(turns.turn()) for _ in range(2))
    await asyncio.sleep(0)
    left.cancel()
    await asyncio.wait_for(stays, 30)
