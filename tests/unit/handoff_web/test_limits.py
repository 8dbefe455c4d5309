"""Buckets fill, drain, refill, and forget."""

from handoff.web.limits import Buckets, Open, Rate


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
