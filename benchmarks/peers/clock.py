"""Clock: what one evaluation costs this process, printed as a line of JSON.

It runs in the environments of all peers and so needs the standard library alone.
"""

import json
import resource
import time
from collections.abc import Callable
from typing import Any

CONCURRENCY = 20
METRICS = 3


def questions(number: int) -> list[tuple[str, str]]:
    """Pairs of a question and its expected answer."""
    return [(f"question {index}", f"QUESTION {index}") for index in range(number)]


async def answer(question: str) -> str:
    """The instant task that every harness is given."""
    return question.upper()


def cpu() -> float:
    """CPU seconds of this process, its threads and its finished children."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def clock(evaluate: Callable[[], Any], *, cases: int, count: Callable[[Any], int]) -> None:
    """Print the time that `evaluate` takes; `count` tells how many scores its result holds.

    Raises:
        RuntimeError: the result does not hold every score, so something else was measured.
    """
    began, spent = time.perf_counter(), cpu()
    result = evaluate()
    spent, wall = cpu() - spent, time.perf_counter() - began
    scores = count(result)
    if scores != cases * METRICS:
        raise RuntimeError(f"the result holds {scores} scores instead of {cases * METRICS}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cases": cases, "cpu": spent, "wall": wall, "peak_mb": peak}))
