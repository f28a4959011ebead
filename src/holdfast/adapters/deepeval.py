"""deepeval: its metrics as metrics of holdfast.

Its class decides the number; what it is asked about, what a missing number means and what its name
stands for are decided here. Written for deepeval 4.
"""

import asyncio
import math
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from holdfast.adapters.asked_model import AskedModel, Asking
from holdfast.adapters.deepeval_class import DEEPEVAL, DeepevalClass, find_class
from holdfast.adapters.foreign import split_settings
from holdfast.digest import Json
from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.sample import Sample, read_sample
from holdfast.running.settlement import settled
from holdfast.system import Spec, ToolCall

__all__ = ["DeepevalMetric"]

# These share out what the judge found in an answer, and give 1 where it found nothing at all.
_SHARES = frozenset(
    {
        "AnswerRelevancyMetric",
        "ContextualPrecisionMetric",
        "ContextualRecallMetric",
        "ContextualRelevancyMetric",
        "FaithfulnessMetric",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeepevalMetric:
    """A metric of deepeval 4, by the name of its class.

    Metrics of one answer are meant, and none of conversations or traces. A crash, a number that is
    missing or no finite one, an answer of the judge that deepeval cannot read, and a share of
    nothing are failures. Higher is better in all of them.

    Needs: pip install "deepeval>=4.3,<5"
    """

    name: str
    """Name of the class, such as `FaithfulnessMetric` or `GEval`."""
    settings: Mapping[str, Json] = field(default_factory=dict[str, Json])
    """What the class is made with, as JSON. `evaluation_params` are names such as `input`, a `dag`
    is what deepeval's `dag_to_dict` gives, an `expected_schema` is `module:class`."""
    model: AskedModel | None = None
    """The judge, for a metric that asks one. Such a metric gates after it was admitted."""
    read: Callable[[Trial], Sample] = read_sample
    """How a trial is read."""
    _found: dict[str, DeepevalClass] = field(
        default_factory=dict[str, DeepevalClass], init=False, repr=False, compare=False
    )

    @property
    def spec(self) -> Spec:
        found = self._class()
        shown, texts = split_settings(self.settings)
        artifacts = {"deepeval": found.code}
        if self.model is not None:
            artifacts["judge"] = self.model.spec.digest
            texts["judge.txt"] = self.model.spec.label
        return Spec(
            name=f"deepeval_{found.label}",
            params=shown,
            version=f"1 of deepeval {found.version}",
            artifacts=artifacts,
            texts={**found.prompts, **texts},
        )

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    @property
    def judge(self) -> bool:
        """Whether it asks a judge."""
        return self.model is not None

    def __call__(self, trial: Trial, /) -> Outcome:
        return settled(self, partial(self._score, trial))

    def _class(self) -> DeepevalClass:
        if "class" not in self._found:
            judged = self.model is not None
            self._found["class"] = find_class(self.name, self.settings, judged=judged)
        return self._found["class"]

    def _score(self, trial: Trial) -> Score | Failure:
        found = self._class()
        test_case = _test_case(self.read(trial))
        asking = Asking(self.model, name=f"{self.name} of deepeval")
        # They keep results on themselves, so each trial has one of its own.
        made = found.make(self.settings, asking=asking)
        value = _measured(made, test_case)
        asking.finish()
        if value is None or made.error is not None:
            error = f"{self.name} of deepeval gave no score: {made.error}"
            return Failure(stage="metric", error=error)
        if self.name in _SHARES and not getattr(made, "verdicts", True):
            error = f"{self.name} of deepeval: the judge found nothing to decide about"
            return Failure(stage="metric", error=error)
        if not math.isfinite(value):
            return Failure(stage="metric", error=f"{self.name} of deepeval gave {value}, no score")
        return Score(float(value), " ".join((made.reason or "").split()))


def _measured(made: Any, test_case: Any) -> Any:
    """What it gives, in a thread and with an event loop of its own.

    Some take the loop of the thread that they find, change it where it runs, and leave it open.
    """

    def measure() -> Any:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            return made.measure(test_case, _show_indicator=False)
        finally:
            asyncio.set_event_loop(None)
            loop.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(measure).result()


def _test_case(sample: Sample) -> Any:
    """The test case of deepeval; what is empty where a case should tell is missing."""
    parts: Any = DEEPEVAL.load("deepeval.test_case")
    expected = sample.expected_calls
    return parts.LLMTestCase(
        input=sample.question,
        actual_output=sample.answer,
        expected_output=sample.reference or None,
        context=list(sample.reference_contexts) if sample.reference_contexts else None,
        retrieval_context=None if sample.retrieved is None else list(sample.retrieved),
        tools_called=[_tool_call(parts, call) for call in sample.calls],
        expected_tools=None if expected is None else [_tool_call(parts, one) for one in expected],
    )


def _tool_call(parts: Any, call: ToolCall) -> Any:
    return parts.ToolCall(name=call.name, input_parameters=dict(call.arguments), output=call.result)
