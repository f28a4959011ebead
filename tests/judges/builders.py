"""Runs, judges and labels for the tests of judges."""

import csv
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

import holdfast
from holdfast.judges.labels import Labels, read_labels
from holdfast.metric import Trial
from holdfast.metrics import FunctionMetric, metric
from holdfast.record import Run

DATA = Path(os.environ.get("HOLDFAST_PUBLIC_DATA", Path(__file__).parents[3] / "shared" / "data"))
QUIET = holdfast.RunOptions(progress="none")


def public(name: str) -> Path:
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"there is no {path}: set HOLDFAST_PUBLIC_DATA to the public data")
    return path


def echo(question: object) -> str:
    return str(question)


def judge_of(
    function: Callable[[Trial], float],
    *,
    version: str = "1",
    bounds: tuple[float, float] = (0, 1),
) -> FunctionMetric:
    return metric(name="tone", version=version, judge=True, bounds=bounds)(function)


def suite_of(
    texts: Mapping[str, str], judge: FunctionMetric, *, repeats: int = 1
) -> holdfast.Suite:
    cases = tuple(holdfast.Case(id=key, input=text) for key, text in texts.items())
    return holdfast.Suite(
        name="letters",
        dataset=holdfast.Dataset(name="letters", cases=cases),
        metrics=(judge,),
        policies=(holdfast.Policy(metric="tone", margin=0.05),),
        repeats=repeats,
    )


def run_of(suite: holdfast.Suite, system: Callable[[object], str] = echo) -> Run:
    return holdfast.run(suite, system, options=QUIET)


def labels_of(path: Path, rows: Sequence[Mapping[str, object]]) -> Labels:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return read_labels(path)


def polite_requests(number: int) -> dict[str, tuple[str, list[float]]]:
    """Real requests with the politeness that five people gave each, from 1 to 25."""
    path = public("politeness_stack_exchange/annotated.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:number]
    return {
        f"r{place}": (row["Request"], [float(row[f"Score{n}"]) for n in range(1, 6)])
        for place, row in enumerate(rows)
    }
