"""The locks of conversations: one holder at a time over all replicas, against a real Redis that also dies and freezes."""

import asyncio
import multiprocessing
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rasa.core.lock_store import LockError, LockStore
from rasa.utils.endpoints import EndpointConfig

from components import lock_store
from components.lock_store import ConversationLocks


@contextmanager
def running(folder: Path) -> Iterator["tuple[str, subprocess.Popen[bytes]]"]:
    """A Redis of our own on a socket file in the folder."""
    program = shutil.which("redis-server")
    assert program, "redis-server was not found: install the package redis-server"
    path = folder / "redis.sock"
    process = subprocess.Popen(  # noqa: S603  # a fixed program
        [program, "--port", "0", "--unixsocket", str(path), "--save", ""],
        stdout=subprocess.DEVNULL,
        cwd=folder,
    )
    try:
        deadline = time.monotonic() + 30
        while not answers(path):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield f"unix://{path}", process
    finally:
        process.kill()
        process.wait()


def answers(path: Path) -> bool:
    """Whether Redis says PONG."""
    with socket.socket(socket.AF_UNIX) as link:
        try:
            link.connect(str(path))
            link.sendall(b"PING\r\n")
            return link.recv(16) == b"+PONG\r\n"
        except OSError:
            return False


@pytest.fixture
def redis(tmp_path: Path) -> "Iterator[tuple[str, subprocess.Popen[bytes]]]":
    with running(tmp_path) as found:
        yield found


def locks(url: str) -> ConversationLocks:
    """A replica's locks, made as Rasa makes them from its endpoints."""
    config = EndpointConfig(url=url, type="components.lock_store.ConversationLocks")
    made = LockStore.create(config)
    assert isinstance(made, ConversationLocks)
    return made


class Counter:
    """How many hold the conversation at once, at most."""

    def __init__(self) -> None:
        self.now = self.most = self.turns = 0

    async def turn(self, store: ConversationLocks, seconds: float = 0.002) -> None:
        async with store.lock("anna"):
            self.now += 1
            self.most = max(self.most, self.now)
            await asyncio.sleep(seconds)
            self.turns += 1
            self.now -= 1


async def crowd(stores: "list[ConversationLocks]", each: int) -> Counter:
    counter = Counter()
    await asyncio.gather(*(counter.turn(store) for store in stores for _ in range(each)))
    return counter


def test_one_turn_at_a_time_within_one_process_without_redis() -> None:
    counter = asyncio.run(crowd([locks("")], 50))
    assert (counter.turns, counter.most) == (50, 1)


def test_without_redis_two_processes_do_not_know_of_each_other() -> None:
    assert asyncio.run(crowd([locks(""), locks("")], 5)).most == 2


def test_one_turn_at_a_time_over_three_replicas(
    redis: "tuple[str, subprocess.Popen[bytes]]",
) -> None:
    counter = asyncio.run(crowd([locks(redis[0]) for _ in range(3)], 20))
    assert (counter.turns, counter.most) == (60, 1)


def test_a_turn_longer_than_the_lease_keeps_its_lock(
    redis: "tuple[str, subprocess.Popen[bytes]]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock_store, "LEASE_SECONDS", 1.0)
    monkeypatch.setattr(lock_store, "RENEW_SECONDS", 0.1)

    async def scene() -> Counter:
        counter, first, second = Counter(), locks(redis[0]), locks(redis[0])
        await asyncio.gather(counter.turn(first, 2.5), counter.turn(second))
        return counter

    counter = asyncio.run(scene())
    assert (counter.turns, counter.most) == (2, 1)


def hold(url: str, held: "multiprocessing.synchronize.Event") -> None:
    """A replica in the middle of a turn."""

    async def scene() -> None:
        async with locks(url).lock("anna"):
            held.set()
            await asyncio.sleep(600)

    asyncio.run(scene())


def test_a_killed_replica_frees_its_conversation_when_its_lease_is_over(
    redis: "tuple[str, subprocess.Popen[bytes]]",
) -> None:
    spawn = multiprocessing.get_context("spawn")
    held = spawn.Event()
    replica = spawn.Process(target=hold, args=(redis[0], held))
    replica.start()
    assert held.wait(120)
    replica.kill()
    replica.join()
    counter = Counter()
    asyncio.run(counter.turn(locks(redis[0])))
    assert counter.turns == 1


def test_who_waits_too_long_is_refused_and_leaves_the_holder_alone(
    redis: "tuple[str, subprocess.Popen[bytes]]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock_store, "LONGEST_WAIT", 0.2)

    async def scene(first: ConversationLocks, second: ConversationLocks) -> None:
        async with first.lock("anna"):
            for _ in range(2):
                with pytest.raises(LockError):
                    await Counter().turn(second)
        await Counter().turn(second)

    asyncio.run(scene(locks(redis[0]), locks(redis[0])))
    one = locks("")
    asyncio.run(scene(one, one))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_without_an_answer_of_redis_turns_go_on(
    redis: "tuple[str, subprocess.Popen[bytes]]", how: signal.Signals
) -> None:
    async def scene() -> Counter:
        store, counter = locks(redis[0]), Counter()
        await counter.turn(store)
        async with store.lock("ben"):
            redis[1].send_signal(how)
        for _ in range(20):
            await counter.turn(store)
        return counter

    began = time.monotonic()
    counter = asyncio.run(scene())
    assert (counter.turns, counter.most) == (21, 1)
    assert time.monotonic() - began < 20, "each turn waited for a Redis that was known to be away"


def test_what_goes_wrong_in_a_turn_is_passed_on_and_frees_the_lock(
    redis: "tuple[str, subprocess.Popen[bytes]]",
) -> None:
    async def scene() -> None:
        store = locks(redis[0])
        with pytest.raises(asyncio.TimeoutError):
            async with store.lock("anna"):
                raise asyncio.TimeoutError
        await Counter().turn(store)
        assert not store._here

    asyncio.run(scene())
