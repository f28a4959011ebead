"""Clock: what one evaluation costs this process, printed as a line of JSON.

It runs in the environments of all peers and so needs the standard library alone.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any, TypeAlias

CONCURRENCY = 20
METRICS = 3

Pairs: TypeAlias = list[tuple[str, str]]
"""Questions with their expected answers."""


def questions(number: int, *, topic: str = "question") -> Pairs:
    """Pairs of a question and its expected answer."""
    return [(f"{topic} {index}", f"{topic} {index}".upper()) for index in range(number)]


async def answer(question: str) -> str:
    """The instant task that every harness is given."""
    return question.upper()


def cpu() -> float:
    """CPU seconds of this process, its threads and its finished children."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def clock(prepare: Callable[[Pairs], Callable[[], Any]], *, count: Callable[[Any], int]) -> None:
    """Print what evaluating as many cases as the command line says takes.

    `prepare` makes the cases, which is not timed, and `count` tells how many scores a result holds.
    One other case is evaluated first, for a harness may import its parts when they are needed;
    what that took is printed as the cost of the first evaluation.
    """
    cases = int(sys.argv[1])
    first, _ = _timed(prepare(questions(1, topic="warming up")), cases=1, count=count)
    spent, wall = _timed(prepare(questions(cases)), cases=cases, count=count)
    print(json.dumps({"cases": cases, "cpu": spent, "wall": wall, "first": first}))


def _timed(
    evaluate: Callable[[], Any], *, cases: int, count: Callable[[Any], int]
) -> tuple[float, float]:
    began, spent = time.perf_counter(), cpu()
    result = evaluate()
    spent, wall = cpu() - spent, time.perf_counter() - began
    if (scores := count(result)) != cases * METRICS:
        # Something else than the whole evaluation was measured.
        raise RuntimeError(f"the result holds {scores} scores instead of {cases * METRICS}")
    return spent, wall
