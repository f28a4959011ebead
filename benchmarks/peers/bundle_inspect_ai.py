"""Two recorded runs as logs of inspect-ai, and what bundling them for a browser takes.

Called with a folder that holds `a.json` and `b.json`; prints a line of JSON.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import inspect_ai
from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import bundle_log_dir
from inspect_ai.model import ModelOutput
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer
from inspect_ai.solver import Generate, Solver, TaskState, solver


@solver
def recorded(rows: dict[str, Any]) -> Solver:
    """Answers with what the run said."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        text = rows[str(state.sample_id)]["text"]
        state.output = ModelOutput.from_content("recorded", text)
        return state

    return solve


def scorer_of(rows: dict[str, Any], metric: str) -> Scorer:
    """Gives the score that the run has."""

    @scorer(metrics=[mean()], name=metric)
    def made() -> Scorer:
        async def score(state: TaskState, target: Target) -> Score:
            value, reason = rows[str(state.sample_id)]["scores"][metric]
            return Score(value=value, answer=state.output.completion, explanation=reason)

        return score

    return made()


def log(folder: Path, arm: str) -> None:
    """Write the log of one run."""
    rows = json.loads((folder / f"{arm}.json").read_text())
    samples = [
        Sample(id=key, input=row["question"], target=row["expected"]) for key, row in rows.items()
    ]
    metrics = list(next(iter(rows.values()))["scores"])
    task = Task(
        name=f"arm-{arm}",
        dataset=MemoryDataset(samples),
        solver=recorded(rows),
        scorer=[scorer_of(rows, metric) for metric in metrics],
    )
    inspect_ai.eval(
        task, model="mockllm/model", display="none", log_dir=str(folder / "logs"), max_samples=20
    )


if __name__ == "__main__":
    place = Path(sys.argv[1])
    for name in ("a", "b"):
        log(place, name)
    began = time.perf_counter()
    bundle_log_dir(str(place / "logs"), str(place / "bundle"))
    print(json.dumps({"wall": time.perf_counter() - began}))
