"""The cases of the assistant can be solved: whoever makes the accepted calls is judged right."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from holdfast.metric import Trial
from holdfast.metrics import ConsistentAnswer, ToolCalls, ToolRecovery, Trajectory
from holdfast.readers import read_jsonl
from holdfast.system import Spec, ToolCall
from systems.models.chat import Completion, Request
from systems.tools.fetching import Fetcher
from systems.tools.rehearsal import Rehearsal

FOLDER = Path(__file__).parents[3] / "datasets" / "tools"
CASES = [
    case
    for split in ("dev", "test")
    for case in read_jsonl(FOLDER / f"{split}.jsonl")
    if "assistant" in case.tags
]
WAITING = {case.id for case in CASES if "slow" in case.input.get("fault", "")}


@dataclass(frozen=True)
class Teller:
    """Makes the calls of a scripted model, and tells at the end what came back."""

    script: Any

    @property
    def spec(self) -> Spec:
        return self.script.spec

    def complete(self, request: Request, /) -> Completion:
        turn = self.script.complete(request)
        results = [one.content for one in request.messages if one.role == "tool"]
        told = " ".join(one for one in results if not one.startswith("error: "))
        return turn if turn.tool_calls else replace(turn, text=told or "Sorry, that did not work.")


def accepted_calls(case):
    """The first accepted value of every argument; a query is the question itself."""
    for call in case.expected["calls"]:
        ((tool, arguments),) = call.items()
        filled = {
            name: case.input["question"] if values == "any" else values[0]
            for name, values in arguments.items()
        }
        yield ToolCall(name=tool, arguments={key: one for key, one in filled.items() if one})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_accepted_calls_lead_to_an_answer_that_is_judged_right(case, services, scripted):
    if case.id in sorted(WAITING)[1:]:
        pytest.skip("one case that waits for a slow service is enough")
    calls = tuple(accepted_calls(case))
    turns = [(call,) for call in calls] if case.expected.get("recovery") else [calls] * bool(calls)
    model = Teller(scripted([*turns, ""]))
    fetcher = Fetcher(timeout=2.0, pause=0.01)
    response = Rehearsal(model=model, services=services, fetcher=fetcher, version=1)(case.input)
    trial = Trial(case=case, repeat=0, response=response, seconds=0.0)
    metrics = [ToolCalls(), Trajectory(match="superset"), ConsistentAnswer()]
    metrics += [ToolRecovery()] if "recovery" in case.expected else []
    scores = [metric(trial) for metric in metrics]
    assert [score.value for score in scores] == [1.0] * len(metrics), scores
