"""Suites over what holdfast-nano was trained for, on entities, words and patterns set aside."""

from pathlib import Path

from holdfast.metrics import ExactMatch, FieldExactness, ToolCalls
from holdfast.policy import Policy
from holdfast.readers import read_jsonl
from holdfast.suite import Suite

__all__ = ["ABSTENTION", "EXTRACTION", "PASSAGES", "REWRITING", "TOOLS"]

_FOLDER = Path(__file__).resolve().parents[1] / "datasets" / "nano"
_EXACT = FieldExactness(names_in_order=True)


def _suite(skill: str, metric: ExactMatch | FieldExactness | ToolCalls, *, margin: float) -> Suite:
    """One skill with one gate, so that a change of the weights is judged skill by skill."""
    return Suite(
        name=f"nano-{skill}",
        dataset=read_jsonl(_FOLDER / f"{skill}.jsonl", name=f"nano-{skill}"),
        metrics=(metric,),
        policies=(Policy(metric=metric.spec.label, margin=margin),),
    )


EXTRACTION = _suite("extraction", _EXACT, margin=0.05)
TOOLS = _suite("tools", ToolCalls(), margin=0.05)
PASSAGES = _suite("passages", ExactMatch(strip=True), margin=0.07)
ABSTENTION = _suite("unanswerable", ExactMatch(strip=True), margin=0.12)
REWRITING = _suite("rewriting", ExactMatch(strip=True), margin=0.1)
