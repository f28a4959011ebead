"""The cases of the assistant can be solved: whoever makes the accepted calls is judged right."""

from pathlib import Path

import pytest

from holdfast.metric import Trial
from holdfast.metrics import ConsistentAnswer, ToolCalls, ToolRecovery, Trajectory
from holdfast.readers import read_jsonl
from holdfast.system import ToolCall
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
    fetcher = Fetcher(timeout=2.0, pause=0.01)
    first = Rehearsal(model=scripted([*turns, ""]), services=services, fetcher=fetcher)(case.input)
    told = [call.result for call in first.tool_calls if not call.failed]
    answer = " ".join(told) if told else "Sorry, that did not work."
    response = Rehearsal(model=scripted([*turns, answer]), services=services, fetcher=fetcher)(
        case.input
    )
    trial = Trial(case=case, repeat=0, response=response, seconds=0.0)
    metrics = [ToolCalls(), Trajectory(match="superset"), ConsistentAnswer()]
    metrics += [ToolRecovery()] if "recovery" in case.expected else []
    scores = [metric(trial) for metric in metrics]
    assert [score.value for score in scores] == [1.0] * len(metrics), scores
