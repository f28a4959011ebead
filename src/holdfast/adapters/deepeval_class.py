"""deepeval class: what is known of one of its metrics, and how it is made."""

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from holdfast.adapters.asked_model import Asking
from holdfast.adapters.foreign import Library
from holdfast.config import did_you_mean
from holdfast.digest import Json, canonical, digest_json
from holdfast.errors import UsageError

__all__ = ["DEEPEVAL", "DeepevalClass", "find_class"]

DEEPEVAL = Library(
    name="deepeval",
    first=(4, 3),
    last=4,
    install='"deepeval>=4.3,<5"',
    quiet={
        "DEEPEVAL_TELEMETRY_OPT_OUT": "1",
        "DEEPEVAL_DISABLE_DOTENV": "1",  # a program's settings are its own
        "DEEPEVAL_UPDATE_WARNING_OPT_IN": "0",
    },
)

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NODES = ("VerdictNode", "TaskNode", "BinaryJudgement", "NonBinaryJudgement")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeepevalClass:
    """One class of deepeval, examined once."""

    kind: Any
    version: str
    label: str
    """Its name in snake case, without `Metric`."""
    prompts: Mapping[str, str]
    """Its templates by name, and the schema of the answers that it expects."""
    code: str
    """Digest of the source in its folder."""

    def make(self, settings: Mapping[str, Json], *, asking: Asking) -> Any:
        """A fresh one."""
        return _make(self.kind, settings, asking=asking)


def find_class(name: str, settings: Mapping[str, Json], *, judged: bool) -> DeepevalClass:
    """The class of a name.

    Raises:
        MissingExtra: deepeval is not installed.
        UsageError: there is no such metric, or it is set up wrongly.
    """
    metrics: Any = DEEPEVAL.load("deepeval.metrics")
    kind: Any = getattr(metrics, name, None)
    if not (inspect.isclass(kind) and issubclass(kind, metrics.BaseMetric)) or (
        kind is metrics.BaseMetric
    ):
        raise UsageError(f"deepeval has no metric {name!r} of one answer{_guess(metrics, name)}")
    if judged and "model" not in inspect.signature(kind.__init__).parameters:
        raise UsageError(f"{name} of deepeval asks no judge; leave out model=...")
    made = _make(kind, settings, asking=Asking(None, name=f"{name} of deepeval"))
    if made.requires_trace:
        raise UsageError(f"{name} of deepeval scores traces, and a trial is one answer")
    return DeepevalClass(
        kind=kind,
        version=DEEPEVAL.version,
        label=_WORDS.sub("_", name.removesuffix("Metric")).lower(),
        prompts=_prompts(name) | _schema(made),
        code=_code(kind),
    )


def _guess(metrics: Any, name: str) -> str:
    kinds = cast("dict[str, Any]", vars(metrics)).items()
    known = [
        key
        for key, kind in kinds
        if inspect.isclass(kind) and issubclass(kind, metrics.BaseMetric) and key != "BaseMetric"
    ]
    return did_you_mean(name, known)


def _make(kind: Any, settings: Mapping[str, Json], *, asking: Asking) -> Any:
    takes = inspect.signature(kind.__init__).parameters
    ours = {"async_mode", "eval_mode", "model", "self", "system_one_model", "verbose_mode"}
    unknown = sorted(set(settings) - (set(takes) - ours))
    if unknown:
        known = sorted(one for one in set(takes) - ours if not one.startswith("_"))
        raise UsageError(
            f"{kind.__name__} of deepeval has no setting {unknown[0]!r} (known: {', '.join(known)})"
        )
    judge = _judge_of(asking)
    given = {name: _read(kind, name, value, judge) for name, value in settings.items()}
    # One thread asks for one trial: the runner asks about several at once.
    fixed = {"model": judge, "async_mode": False, "eval_mode": "llm"}
    given |= {name: value for name, value in fixed.items() if name in takes}
    if asking.silent and "include_reason" in takes:
        given.setdefault("include_reason", False)
    return kind(**given)


def _read(kind: Any, name: str, value: Any, judge: Any) -> Any:
    """A setting in the classes of deepeval."""
    parts: Any = DEEPEVAL.load("deepeval.test_case")
    if name == "evaluation_params":
        tools = kind.__name__ == "ToolCorrectnessMetric"
        choices = parts.ToolCallParams if tools else parts.SingleTurnParams
        return [choices(one) for one in value]
    if name == "dag" and isinstance(value, Mapping):
        serialization: Any = DEEPEVAL.load("deepeval.metrics.dag.serialization")
        graph: Any = serialization.dag_from_dict(_with_judge(value, judge))
        return graph
    if name == "expected_schema" and isinstance(value, str):
        return _imported(value)
    if name == "rubric":
        rubric: Any = DEEPEVAL.load("deepeval.metrics.g_eval").Rubric
        return [rubric(**one) for one in value]
    if name == "available_tools":
        return [parts.ToolCall(**one) for one in value]
    return value


def _with_judge(node: Any, judge: Any) -> Any:
    """A graph whose own metrics ask the judge too."""
    if isinstance(node, list | tuple):
        return [_with_judge(item, judge) for item in cast("list[Any]", node)]
    if not isinstance(node, Mapping):
        return node
    found = {
        name: _with_judge(value, judge) for name, value in cast("dict[str, Any]", node).items()
    }
    if found.get("type") == "metric":
        raise UsageError(
            "a metric inside a graph would ask the model that deepeval itself is set up with; use "
            "nodes and G-Eval, or a metric of its own"
        )
    if found.get("type") == "geval":
        found["model"] = judge
    return found


def _imported(path: str) -> Any:
    module, _, name = path.partition(":")
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise UsageError(
            f"{path!r} names no class ({error}); write it as module:class, such as "
            "shop.orders:Order"
        ) from error


def _judge_of(asking: Asking) -> Any:
    """The judge of one trial, of the class that deepeval checks for."""
    parent: Any = DEEPEVAL.load("deepeval.models").DeepEvalBaseLLM

    def generate(_: Any, prompt: str, schema: Any = None) -> Any:
        return asking.text(prompt) if schema is None else asking.read(prompt, schema)

    async def a_generate(_: Any, prompt: str, schema: Any = None) -> Any:
        return asking.text(prompt) if schema is None else asking.read(prompt, schema)

    def nothing(_: Any) -> None:
        return None

    def named(_: Any) -> str:
        return "the judge of holdfast"

    members = {
        "load_model": nothing,
        "generate": generate,
        "a_generate": a_generate,
        "get_model_name": named,
        "supports_log_probs": nothing,
    }
    return type("Judge", (parent,), members)()


def _prompts(name: str) -> dict[str, str]:
    """Templates of the class, without those of experiments."""
    registry: Any = DEEPEVAL.load("deepeval.templates.resolver")
    templates = registry.TemplateRegistry().get_base_templates("metrics")
    owners = _NODES if name == "DAGMetric" else (name,)
    return {
        f"{method}.txt" if owner == name else f"{owner}.{method}.txt": str(text)
        for owner in owners
        for method, text in sorted(templates.get(owner, {}).items())
        if not method.startswith("_")
    }


def _schema(made: Any) -> dict[str, str]:
    shape = getattr(made, "expected_schema", None)
    return {} if shape is None else {"expected_schema.json": canonical(shape.model_json_schema())}


def _code(kind: Any) -> str:
    files = sorted(Path(inspect.getfile(kind)).parent.glob("*.py"))
    return digest_json({file.name: file.read_text(encoding="utf-8") for file in files})
