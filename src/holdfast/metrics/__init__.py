"""Metrics: each scores one trial, and names what it measures in its `spec`.

retrieval    Recall, Precision, HitRate, MRR, AveragePrecision, NDCG
answers      ExactMatch, Abstention
reliability  PassAtK, PassHatK, of any metric over several trials
resources    Latency, Cost, TotalTokens, InputTokens, OutputTokens, Calls, ToolSteps
your own     metric, a decorator for functions; or any class that is a `holdfast.metric.Metric`
"""

from holdfast.metrics.abstention import Abstention
from holdfast.metrics.average_precision import AveragePrecision
from holdfast.metrics.exact_match import ExactMatch
from holdfast.metrics.function_metric import FunctionMetric, metric
from holdfast.metrics.hit_rate import HitRate
from holdfast.metrics.latency import Latency
from holdfast.metrics.mrr import MRR
from holdfast.metrics.ndcg import NDCG
from holdfast.metrics.precision import Precision
from holdfast.metrics.ranking import ranked
from holdfast.metrics.recall import Recall
from holdfast.metrics.relevance import is_answerable
from holdfast.metrics.reliability import PassAtK, PassHatK
from holdfast.metrics.usage import (
    Calls,
    Cost,
    InputTokens,
    OutputTokens,
    ToolSteps,
    TotalTokens,
)

__all__ = [
    "MRR",
    "NDCG",
    "Abstention",
    "AveragePrecision",
    "Calls",
    "Cost",
    "ExactMatch",
    "FunctionMetric",
    "HitRate",
    "InputTokens",
    "Latency",
    "OutputTokens",
    "PassAtK",
    "PassHatK",
    "Precision",
    "Recall",
    "ToolSteps",
    "TotalTokens",
    "is_answerable",
    "metric",
    "ranked",
]
