"""Suites over the cases of tools: choosing and filling them, answering with them, and faults."""

from collections.abc import Callable
from pathlib import Path

from holdfast.dataset import Case, Dataset
from holdfast.metrics import (
    Calls,
    ConsistentAnswer,
    Latency,
    OutputTokens,
    ToolCalls,
    ToolChoice,
    ToolDecision,
    ToolRecovery,
    ToolSteps,
    TotalTokens,
    Trajectory,
)
from holdfast.policy import Policy
from holdfast.readers import Filtered, read_jsonl
from holdfast.suite import Suite

__all__ = ["ASSISTANT", "ASSISTANT_FAULTS", "FUNCTION_CALLING"]

_CASES = read_jsonl(
    Path(__file__).resolve().parents[1] / "datasets" / "tools" / "test.jsonl", name="tools-test"
)


def _part(name: str, keep: Callable[[Case], bool]) -> Dataset:
    return Dataset(name=name, cases=Filtered(_CASES, keep=keep))


# 92 cases: a change of the prompt flips few of them, and a loss of a tenth is ruled out.
FUNCTION_CALLING = Suite(
    name="function-calling",
    dataset=_part("tools-test-own", lambda case: "own-tools" in case.tags),
    metrics=(ToolCalls(), ToolChoice(), ToolDecision(), TotalTokens(), OutputTokens(), Latency()),
    policies=(
        Policy(metric="tool_calls", margin=0.1),
        Policy(metric="tool_choice", margin=0.1, role="monitor"),
        Policy(metric="tool_decision", margin=0.1, role="monitor"),
        Policy(metric="total_tokens", margin=0.1, role="info"),
        Policy(metric="output_tokens", margin=0.1, role="info"),
        Policy(metric="latency", role="info"),
    ),
)

# What is said of a result is the strict gate: a wrong call leads to another result.
ASSISTANT = Suite(
    name="assistant",
    dataset=_part(
        "tools-test-assistant",
        lambda case: "assistant" in case.tags and "recovery" not in _expected(case),
    ),
    metrics=(
        ToolCalls(),
        ConsistentAnswer(),
        ToolChoice(),
        ToolSteps(),
        Calls(),
        TotalTokens(),
        Latency(),
    ),
    policies=(
        Policy(metric="tool_calls", margin=0.1),
        Policy(metric="consistent_answer", margin=0.1),
        Policy(metric="tool_choice", margin=0.1, role="monitor"),
        Policy(metric="tool_steps", margin=0.1, role="info"),
        Policy(metric="calls", margin=0.1, role="monitor"),
        Policy(metric="total_tokens", margin=0.1, role="info"),
        Policy(metric="latency", role="info"),
    ),
)

# 22 cases resolve nothing small: this gate is for a prompt that stops coping with faults at all.
ASSISTANT_FAULTS = Suite(
    name="assistant-faults",
    dataset=_part("tools-test-faults", lambda case: "recovery" in _expected(case)),
    metrics=(
        ToolRecovery(),
        ConsistentAnswer(),
        Trajectory(match="superset"),
        ToolSteps(),
        Latency(),
    ),
    policies=(
        Policy(metric="tool_recovery", margin=0.25),
        Policy(metric="consistent_answer", margin=0.25, role="monitor"),
        Policy(metric="trajectory(match=superset)", margin=0.25, role="monitor"),
        Policy(metric="tool_steps", margin=0.25, role="info"),
        Policy(metric="latency", role="info"),
    ),
)


def _expected(case: Case) -> dict[str, object]:
    return case.expected if isinstance(case.expected, dict) else {}
