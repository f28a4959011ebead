"""Calls in threads: quick ones share one, and none holds up another for long."""

import asyncio
import threading
import time
from collections.abc import Callable
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from holdfast.running.threads import Threads


def results(functions: list[Callable[[], object]], *, limit: float = 10.0) -> list[object]:
    async def collect() -> list[object]:
        threads = Threads(asyncio.get_running_loop())
        futures = [threads.share(function) for function in functions]
        found = await asyncio.wait_for(asyncio.gather(*futures), limit)
        threads.close()
        return list(found)

    return asyncio.run(collect())


def named(number: int) -> tuple[int, str]:
    return number, str(threading.get_ident())


def test_quick_calls_share_one_thread_and_keep_their_results_apart() -> None:
    found = results([partial(named, number) for number in range(500)])
    assert [number for number, _ in found] == list(range(500))  # type: ignore[misc]
    assert len({thread for _, thread in found}) == 1  # type: ignore[misc]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40))
def test_no_call_is_lost_or_made_twice_whatever_their_order(sizes: list[int]) -> None:
    made: list[int] = []

    async def waves() -> None:
        threads = Threads(asyncio.get_running_loop())
        for number, size in enumerate(sizes):
            await asyncio.gather(
                *(threads.share(partial(made.append, 10 * number + at)) for at in range(size))
            )
        threads.close()

    asyncio.run(waves())
    assert sorted(made) == [
        10 * number + at for number, size in enumerate(sizes) for at in range(size)
    ]


def test_a_call_that_hangs_keeps_its_thread_and_the_others_go_on() -> None:
    release = threading.Event()

    async def beside_a_hung_one() -> tuple[list[object], bool]:
        threads = Threads(asyncio.get_running_loop())
        hung = threads.share(partial(release.wait, 30))
        others = [threads.share(partial(named, number)) for number in range(20)]
        found = await asyncio.wait_for(asyncio.gather(*others), 10)
        await asyncio.sleep(0.1)
        late = await asyncio.wait_for(threads.share(partial(named, 99)), 10)
        still = hung.done()
        release.set()
        await asyncio.wait_for(hung, 10)
        threads.close()
        return [*found, late], still

    found, still = asyncio.run(beside_a_hung_one())
    assert [number for number, _ in found] == [*range(20), 99]  # type: ignore[misc]
    assert not still


def test_several_slow_calls_each_get_a_thread_in_the_end() -> None:
    began = time.monotonic()
    results([partial(time.sleep, 0.3) for _ in range(4)])
    assert time.monotonic() - began < 10
