"""Suites over labelled claims: the verifier that judges answers is itself a system under test."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from holdfast.dataset import Case, Dataset
from holdfast.metric import Failure, Outcome, Score, Trial
from holdfast.metrics import Latency, metric
from holdfast.policy import Policy
from holdfast.readers import Filtered, read_jsonl
from holdfast.suite import Suite

__all__ = ["CLAIMS", "CLAIM_EVIDENCE", "WATCHED"]

_CLAIMS = read_jsonl(
    Path(__file__).resolve().parents[1] / "datasets" / "claims" / "test.jsonl",
    name="claims-test",
)


def _answer(trial: Trial) -> Mapping[str, object] | Failure:
    data = trial.response.data
    if isinstance(data, Mapping) and {"supported", "score", "evidence"} <= set(data):
        return data
    return Failure(stage="system", error="the answer has no `supported`, `score` and `evidence`")


@metric(name="verdict", version="1")
def verdict(trial: Trial) -> Outcome:
    answer = _answer(trial)
    if isinstance(answer, Failure):
        return answer
    label = trial.case.expected["supported"]
    said = "supported" if answer["supported"] else "not supported"
    return Score(float(answer["supported"] is label), f"said {said}, score {answer['score']:.2f}")


@metric(name="brier", version="1", better="lower")
def brier(trial: Trial) -> Outcome:
    answer = _answer(trial)
    if isinstance(answer, Failure):
        return answer
    return Score((answer["score"] - float(trial.case.expected["supported"])) ** 2)


@metric(name="evidence_recall", version="1")
def evidence_recall(trial: Trial) -> Outcome:
    answer = _answer(trial)
    if isinstance(answer, Failure):
        return answer
    wanted = set(trial.case.expected["evidence"])
    found = wanted & set(answer["evidence"])
    return Score(len(found) / len(wanted), f"{len(found)} of {len(wanted)} sentences")


def _has_evidence(case: Case) -> bool:
    return bool(case.expected["evidence"])


# 458 claims, 45 in a hundred supported, so that the share of right verdicts is nearly the balanced
# one. Claims about one passage depend on each other, so smaller margins could hardly be confirmed.
# The squared error (Brier 1950) moves with every score, and sees a worse ranking sooner.
CLAIMS = Suite(
    name="claims",
    dataset=_CLAIMS,
    metrics=(verdict, brier, Latency()),
    policies=(
        Policy(metric="verdict", margin=0.05),
        Policy(metric="brier", margin=0.03),
        Policy(metric="latency", role="info"),
    ),
)

CLAIM_EVIDENCE = Suite(
    name="claims-evidence",
    dataset=Dataset(name="claims-test-evidence", cases=Filtered(_CLAIMS, keep=_has_evidence)),
    metrics=(evidence_recall,),
    policies=(Policy(metric="evidence_recall", margin=0.03),),
)

WATCHED = tuple(
    replace(policy, role="monitor") if policy.role == "gate" else policy
    for policy in CLAIMS.policies
)
"""For measures that judge nothing here: what they lose is told and stops no build."""
