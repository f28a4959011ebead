"""Suites over the handbook's questions: right answers, their passages, and why others are wrong."""

from dataclasses import replace

from evals.retrieval_suites import HANDBOOK_ABSTENTION, HANDBOOK_RETRIEVAL
from holdfast.metrics import (
    CAUSES,
    Abstention,
    ErrorCause,
    Latency,
    OutputTokens,
    Recall,
    ReferenceRecall,
    TotalTokens,
)
from holdfast.policy import Policy
from holdfast.suite import Suite

__all__ = ["CANDIDATE", "HANDBOOK_ANSWERS", "HANDBOOK_SHOWN"]

_CORRECT = ReferenceRecall()

# Where answers are mostly wrong, hardly any can be lost: the margin is what the cases can resolve,
# and the gate becomes as strict as its users want it when a better model is put behind the suite.
HANDBOOK_ANSWERS = Suite(
    name="handbook-answers",
    dataset=HANDBOOK_ABSTENTION.dataset,
    metrics=(
        _CORRECT,
        Abstention(),
        *(ErrorCause(cause=cause, correct=_CORRECT) for cause in CAUSES),
        TotalTokens(),
        OutputTokens(),
        Latency(),
    ),
    policies=(
        Policy(metric="reference_recall", margin=0.05),
        Policy(metric="abstention", margin=0.08),
        *(
            Policy(metric=f"error_cause(cause={cause})", margin=0.08, role="monitor")
            for cause in CAUSES
        ),
        Policy(metric="total_tokens", margin=0.1, role="info"),
        Policy(metric="output_tokens", margin=0.1, role="info"),
        Policy(metric="latency", role="info"),
    ),
)

# What the reader was shown, whatever it made of it: retrieval alone is judged in test_retrieval.
HANDBOOK_SHOWN = Suite(
    name="handbook-shown",
    dataset=HANDBOOK_RETRIEVAL.dataset,
    metrics=(Recall(k=5), Recall(k=5, level=2.0)),
    policies=(
        Policy(metric="recall(k=5)", margin=0.1, role="monitor"),
        Policy(metric="recall(k=5, level=2)", margin=0.1, role="monitor"),
    ),
)

CANDIDATE = tuple(
    replace(policy, role="monitor") if policy.role == "gate" else policy
    for policy in HANDBOOK_ANSWERS.policies
)
"""For a system that does not ship: a loss is told and stops no build."""
