"""Metrics: each scores one trial, and names what it measures in its `spec`.

retrieval    Recall, Precision, HitRate, MRR, AveragePrecision, NDCG
answers      ExactMatch, Abstention, ReferenceRecall, AnswerCorrectness, AnswerRelevancy, ErrorCause
grounding    Faithfulness, CitationCorrectness, ContextRecall, ContextPrecision
safety       Refusal, AttackSuccess, Leakage
format       ValidJson, JsonSchema, FieldExactness, FieldPrecision, FieldRecall (with FieldRules),
             RegexMatch, Length, LengthWithin (with Measure), Language, InstructionFollowing
tools        ToolCalls, ToolChoice, ToolArguments, ToolDecision, Trajectory, ToolRecovery,
             ConsistentAnswer
reliability  PassAtK, PassHatK, of any metric over several trials
resources    Latency, Cost, TotalTokens, InputTokens, OutputTokens, Calls, ToolSteps
your own     metric, a decorator for functions; or any class that is a `holdfast.metric.Metric`
"""

from holdfast.metrics.abstention import Abstention
from holdfast.metrics.answer_correctness import AnswerCorrectness
from holdfast.metrics.answer_relevancy import AnswerRelevancy
from holdfast.metrics.average_precision import AveragePrecision
from holdfast.metrics.calling.accepted import expects_call
from holdfast.metrics.citation_correctness import CitationCorrectness
from holdfast.metrics.consistent_answer import ConsistentAnswer
from holdfast.metrics.context_precision import ContextPrecision
from holdfast.metrics.context_recall import ContextRecall
from holdfast.metrics.error_cause import CAUSES, Cause, ErrorCause
from holdfast.metrics.exact_match import ExactMatch
from holdfast.metrics.faithfulness import Faithfulness
from holdfast.metrics.field_exactness import FieldExactness
from holdfast.metrics.field_precision import FieldPrecision
from holdfast.metrics.field_recall import FieldRecall
from holdfast.metrics.fields import FieldRules
from holdfast.metrics.forbidden import AttackSuccess, Leakage
from holdfast.metrics.function_metric import FunctionMetric, metric
from holdfast.metrics.hit_rate import HitRate
from holdfast.metrics.instructions import InstructionFollowing
from holdfast.metrics.json_schema import JsonSchema
from holdfast.metrics.language import Language
from holdfast.metrics.latency import Latency
from holdfast.metrics.length import Length, LengthWithin, Measure
from holdfast.metrics.mrr import MRR
from holdfast.metrics.ndcg import NDCG
from holdfast.metrics.precision import Precision
from holdfast.metrics.ranking import ranked
from holdfast.metrics.recall import Recall
from holdfast.metrics.reference_recall import ReferenceRecall
from holdfast.metrics.refusal import Refusal
from holdfast.metrics.regex_match import RegexMatch
from holdfast.metrics.relevance import is_answerable
from holdfast.metrics.reliability import PassAtK, PassHatK
from holdfast.metrics.tool_arguments import ToolArguments
from holdfast.metrics.tool_calls import ToolCalls
from holdfast.metrics.tool_choice import ToolChoice
from holdfast.metrics.tool_decision import ToolDecision
from holdfast.metrics.tool_recovery import ToolRecovery
from holdfast.metrics.trajectory import Trajectory
from holdfast.metrics.usage import (
    Calls,
    Cost,
    InputTokens,
    OutputTokens,
    ToolSteps,
    TotalTokens,
)
from holdfast.metrics.valid_json import ValidJson

__all__ = [
    "CAUSES",
    "MRR",
    "NDCG",
    "Abstention",
    "AnswerCorrectness",
    "AnswerRelevancy",
    "AttackSuccess",
    "AveragePrecision",
    "Calls",
    "Cause",
    "CitationCorrectness",
    "ConsistentAnswer",
    "ContextPrecision",
    "ContextRecall",
    "Cost",
    "ErrorCause",
    "ExactMatch",
    "Faithfulness",
    "FieldExactness",
    "FieldPrecision",
    "FieldRecall",
    "FieldRules",
    "FunctionMetric",
    "HitRate",
    "InputTokens",
    "InstructionFollowing",
    "JsonSchema",
    "Language",
    "Latency",
    "Leakage",
    "Length",
    "LengthWithin",
    "Measure",
    "OutputTokens",
    "PassAtK",
    "PassHatK",
    "Precision",
    "Recall",
    "ReferenceRecall",
    "Refusal",
    "RegexMatch",
    "ToolArguments",
    "ToolCalls",
    "ToolChoice",
    "ToolDecision",
    "ToolRecovery",
    "ToolSteps",
    "TotalTokens",
    "Trajectory",
    "ValidJson",
    "expects_call",
    "is_answerable",
    "metric",
    "ranked",
]
