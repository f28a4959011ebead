"""Suites over the handbook's questions: right answers, their passages, and why others are wrong."""

from dataclasses import replace

from evals.retrieval_suites import HANDBOOK_ABSTENTION, HANDBOOK_RETRIEVAL
from holdfast.metrics import (
    CAUSES,
    Abstention,
    AnswerCorrectness,
    CitationCorrectness,
    ErrorCause,
    Faithfulness,
    Latency,
    OutputTokens,
    Recall,
    ReferenceRecall,
    TotalTokens,
)
from holdfast.policy import Policy
from holdfast.suite import Suite

__all__ = ["CANDIDATE", "HANDBOOK_ANSWERS", "HANDBOOK_GROUNDING", "HANDBOOK_QUOTES"]

_FAITHFUL = Faithfulness(declined=1.0)
# The words around a wrong sum do not make it right.
_CORRECT = ReferenceRecall(exact_numbers=True)

# Where answers are mostly wrong, hardly any can be lost: the margin is what the cases can resolve,
# and the gate becomes as strict as its users want it when a better model is put behind the suite.
HANDBOOK_ANSWERS = Suite(
    name="handbook-answers",
    dataset=HANDBOOK_ABSTENTION.dataset,
    metrics=(
        ReferenceRecall(),
        Abstention(),
        *(ErrorCause(cause=cause, correct=_CORRECT, faithful=_FAITHFUL) for cause in CAUSES),
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

# What the reader was shown, and what it made of it; retrieval alone is judged in test_retrieval.
# The metrics by the claim verifier may err as people do, and so they are watched and do not gate.
HANDBOOK_GROUNDING = Suite(
    name="handbook-grounding",
    dataset=HANDBOOK_RETRIEVAL.dataset,
    metrics=(
        Recall(k=5, level=2.0),
        AnswerCorrectness(),
        _FAITHFUL,
        CitationCorrectness(),
    ),
    policies=(
        Policy(metric="recall(k=5, level=2)", margin=0.1, role="monitor"),
        Policy(metric="answer_correctness(few=4)", margin=0.05, role="monitor"),
        Policy(metric="faithfulness(declined=1.0)", margin=0.05, role="monitor"),
        Policy(metric="citation_correctness(part=f1)", role="info"),
    ),
)

CANDIDATE = tuple(
    replace(policy, role="monitor") if policy.role == "gate" else policy
    for policy in HANDBOOK_ANSWERS.policies
)
"""For a system that does not ship: a loss is told and stops no build."""

_TOKENS = ("total_tokens", "output_tokens")

# Who quotes sentences writes no tokens, and what has no score cannot be compared.
HANDBOOK_QUOTES = replace(
    HANDBOOK_ANSWERS,
    name="handbook-quotes",
    metrics=tuple(one for one in HANDBOOK_ANSWERS.metrics if one.spec.name not in _TOKENS),
    policies=tuple(policy for policy in CANDIDATE if policy.metric not in _TOKENS),
)
