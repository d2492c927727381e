"""The queue before password hashes: how many run, who waits, and who is sent away."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from web.auth.hash_queue import MOST_WAITING, ClientLeft, HashQueue, QueueFull

CORES = 2


class Hashes:
    """Calls that last until the test ends them."""

    def __init__(self) -> None:
        self.queue = HashQueue(CORES)
        self.running: list[asyncio.Future[int]] = []

    async def hash(self) -> int:
        ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.running.append(ended)
        try:
            return await ended
        finally:
            self.running.remove(ended)

    def start(self, count: int) -> list[asyncio.Future[int]]:
        return [asyncio.ensure_future(self.queue.run(self.hash)) for _ in range(count)]


async def settled(condition: Callable[[], bool]) -> None:
    """Lets the other tasks go on until they have come so far."""
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("the tasks stand still")


def run(test: Callable[[Hashes], Any]) -> None:
    asyncio.run(test(Hashes()))


def test_as_many_run_at_once_as_there_are_cores_and_the_others_in_order() -> None:
    async def test(hashes: Hashes) -> None:
        started = hashes.start(5)
        await settled(lambda: len(hashes.running) == CORES)
        hashes.running[0].set_result(1)
        await settled(lambda: started[0].done())
        await settled(lambda: len(hashes.running) == CORES)

        assert [one.done() for one in started] == [True, False, False, False, False]
        while not all(one.done() for one in started):
            for one in hashes.running:
                if not one.done():
                    one.set_result(1)
            await asyncio.sleep(0)
        assert await asyncio.gather(*started) == [1] * 5

    run(test)


def test_more_than_can_be_answered_in_time_are_refused_at_once() -> None:
    async def test(hashes: Hashes) -> None:
        hashes.start(CORES * (1 + MOST_WAITING))
        await settled(lambda: len(hashes.running) == CORES)

        with pytest.raises(QueueFull):
            await hashes.queue.run(hashes.hash)

    run(test)


def test_a_call_that_has_begun_keeps_its_place_after_its_client_has_left() -> None:
    """Node goes on hashing: with its place given away, hundreds of clients that leave would begin a hash each."""

    async def test(hashes: Hashes) -> None:
        left: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        leaving = asyncio.ensure_future(hashes.queue.run(hashes.hash, left))
        others = hashes.start(CORES)
        await settled(lambda: len(hashes.running) == CORES)
        left.set_result(None)
        for _ in range(10):
            await asyncio.sleep(0)

        assert len(hashes.running) == CORES
        hashes.running[0].set_result(1)
        assert await leaving == 1
        await settled(lambda: len(hashes.running) == CORES)
        assert not any(other.done() for other in others)

    run(test)


def test_one_that_leaves_while_it_waits_is_never_begun() -> None:
    async def test(hashes: Hashes) -> None:
        hashes.start(CORES)
        left: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = asyncio.ensure_future(hashes.queue.run(hashes.hash, left))
        await settled(lambda: len(hashes.running) == CORES)
        left.set_result(None)
        with pytest.raises(ClientLeft):
            await waiting

        for one in list(hashes.running):
            one.set_result(1)
        await settled(lambda: not hashes.running)

    run(test)


def test_a_failed_call_gives_its_place_away() -> None:
    async def test(hashes: Hashes) -> None:
        async def fail() -> int:
            raise ValueError("no answer")

        for _ in range(CORES + 1):
            with pytest.raises(ValueError, match="no answer"):
                await hashes.queue.run(fail)

    run(test)
