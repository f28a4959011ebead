"""Codec: runs, trials and cases as JSON text and back."""

import json
from collections.abc import Mapping
from typing import Any, TypeAlias, cast

from holdfast.aggregate import Aggregate
from holdfast.dataset import Source
from holdfast.digest import Json
from holdfast.metric import Failure, Outcome, Score
from holdfast.record import CaseRecord, MetricRecord, TrialRecord
from holdfast.system import Passage, Response, Span, Spec, ToolCall, Usage

__all__ = [
    "Row",
    "case_from",
    "case_line",
    "line",
    "metric_from",
    "metric_row",
    "plain",
    "response_from",
    "response_text",
    "score_from",
    "score_text",
    "spec_from",
    "spec_row",
    "trial_from",
    "trial_line",
]

# What `json.loads` returns is known only after the fields were read.
Row: TypeAlias = Mapping[str, Any]
"""One JSON object as read from a file."""

_NO_USAGE = Usage()
_USAGE = tuple(Usage.__dataclass_fields__)
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_encode_sorted = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True
).encode
_encode_ascii = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode
# JSON allows these three, but many programs take them for the end of a line.
_LINE_BREAKS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def line(text: str) -> bytes:
    """JSON text as one whole line of UTF-8, whatever characters it holds."""
    if not text.isascii():
        text = text.translate(_LINE_BREAKS)
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:  # a lone surrogate, which UTF-8 cannot hold but JSON can escape
        return _encode_ascii(json.loads(text)).encode() + b"\n"


def plain(value: object) -> Json:
    """A JSON value made of fresh dicts and lists alone, equal to what a record gives back.

    Raises:
        TypeError: the value, or something inside it, is not JSON.
    """
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [plain(item) for item in cast("list[object]", value)]
    if isinstance(value, Mapping):
        copy: dict[str, Json] = {}
        for key, item in cast("Mapping[object, object]", value).items():
            if not isinstance(key, str):
                raise TypeError(f"a JSON object has text keys only, not {key!r}")
            copy[key] = plain(item)
        return copy
    raise TypeError(f"{type(value).__qualname__} is not a JSON value: {value!r:.80}")


def spec_row(spec: Spec) -> dict[str, Json]:
    """Fields of a spec without secrets, the order of parameters kept because the label shows it."""
    spec = spec.recorded
    return {
        "name": spec.name,
        "params": plain(spec.params),
        "version": spec.version,
        "artifacts": plain(spec.artifacts),
    }


def spec_from(row: Row) -> Spec:
    """Spec that `spec_row` wrote."""
    return Spec(
        name=row["name"],
        params=row.get("params", {}),
        version=row.get("version", "1"),
        artifacts=row.get("artifacts", {}),
    ).recorded


def metric_row(metric: MetricRecord) -> dict[str, Json]:
    """Fields of a metric record."""
    bounds = metric.bounds and list(metric.bounds)
    row: dict[str, Json] = {**spec_row(metric.spec), "better": metric.better, "bounds": bounds}
    if metric.unit:
        row["unit"] = metric.unit
    if metric.aggregate is not None:
        row["aggregate"] = {"kind": metric.aggregate.kind, "k": metric.aggregate.k}
    if metric.judge:
        row["judge"] = True
    return row


def metric_from(row: Row) -> MetricRecord:
    """Metric record that `metric_row` wrote."""
    bounds = row["bounds"]
    return MetricRecord(
        spec=spec_from(row),
        better=row["better"],
        bounds=None if bounds is None else (float(bounds[0]), float(bounds[1])),
        unit=row.get("unit", ""),
        aggregate=Aggregate(**row["aggregate"]) if "aggregate" in row else None,
        judge=row.get("judge", False),
    )


def case_line(case: CaseRecord, *, placed: bool = True) -> bytes:
    """One line of cases.jsonl; `placed` says whether it holds where the case is written down."""
    row: dict[str, Json] = {"id": case.id, "digest": case.digest}
    if case.tags:
        row["tags"] = case.tags
    if case.cluster is not None:
        row["cluster"] = case.cluster
    row["input"] = case.input
    if case.expected is not None:
        row["expected"] = case.expected
    if placed and case.source is not None:
        row["source"] = str(case.source)
    return line(_encode(row))


def case_from(row: Row) -> CaseRecord:
    """Case record that `case_line` wrote."""
    return CaseRecord(
        id=row["id"],
        digest=row["digest"],
        tags=tuple(row.get("tags", ())),
        cluster=row.get("cluster"),
        input=row.get("input"),
        expected=row.get("expected"),
        source=Source.parse(row.get("source")),
    )


def response_text(response: Response, *, ordered: bool = False) -> str:
    """JSON text of a response; what is empty is left out.

    Raises:
        ValueError: a number in it is NaN or infinite.
        TypeError: a field holds something that is not JSON.
    """
    row: dict[str, Json] = {"text": response.text}
    if response.data is not None:
        row["data"] = response.data
    if response.tool_calls:
        row["tool_calls"] = [_call_row(call) for call in response.tool_calls]
    if response.passages:
        row["passages"] = [
            {"id": passage.id, "score": passage.score, "text": passage.text}
            for passage in response.passages
        ]
    if response.abstained:
        row["abstained"] = True
    if response.usage != _NO_USAGE:
        used = ((name, getattr(response.usage, name)) for name in _USAGE)
        row["usage"] = {name: amount for name, amount in used if amount}
    if response.timings:
        row["timings"] = response.timings
    if response.spans:
        row["spans"] = [
            {"name": span.name, "start": span.start, "seconds": span.seconds, "parent": span.parent}
            for span in response.spans
        ]
    return (_encode_sorted if ordered else _encode)(row)


def response_from(row: Row) -> Response:
    """Response that `response_text` wrote."""
    usage = row.get("usage")
    return Response(
        text=row.get("text", ""),
        data=row.get("data"),
        tool_calls=tuple(_call_from(call) for call in row.get("tool_calls", ())),
        passages=tuple(
            Passage(id=p["id"], score=p.get("score"), text=p.get("text", ""))
            for p in row.get("passages", ())
        ),
        abstained=row.get("abstained", False),
        usage=_NO_USAGE
        if usage is None
        else Usage(**{name: usage[name] for name in _USAGE if name in usage}),
        timings=row.get("timings", {}),
        spans=tuple(
            Span(name=s["name"], start=s["start"], seconds=s["seconds"], parent=s.get("parent"))
            for s in row.get("spans", ())
        ),
    )


def _call_row(call: ToolCall) -> dict[str, Json]:
    row: dict[str, Json] = {"name": call.name, "arguments": call.arguments}
    if call.id is not None:
        row["id"] = call.id
    if call.result is not None:
        row["result"] = call.result
    if call.failed:
        row["failed"] = True
    return row


def _call_from(row: Row) -> ToolCall:
    return ToolCall(
        name=row["name"],
        arguments=row.get("arguments", {}),
        id=row.get("id"),
        result=row.get("result"),
        failed=row.get("failed", False),
    )


def _outcome_row(outcome: Outcome) -> Json:
    if isinstance(outcome, Failure):
        return {"stage": outcome.stage, "error": outcome.error}
    return {"value": outcome.value, "why": outcome.why} if outcome.why else {"value": outcome.value}


def _outcome_from(row: Row) -> Outcome:
    if "value" in row:
        return Score(row["value"], row.get("why", ""))
    return Failure(stage=row["stage"], error=row["error"])


def score_text(score: Score) -> str:
    """JSON text of a score."""
    return _encode(_outcome_row(score))


def score_from(text: str) -> Score:
    """Score that `score_text` wrote."""
    row = json.loads(text)
    return Score(row["value"], row.get("why", ""))


def trial_line(trial: TrialRecord, *, answer: str | None = None, ordered: bool = False) -> bytes:
    """One line of trials.jsonl; `answer` is the response's JSON text where it is known already.

    `ordered` sorts the keys of objects, so that two records of one thing are equal line by line.
    """
    encode = _encode_sorted if ordered else _encode
    parts = [f'{{"case":{encode(trial.case_id)},"repeat":{trial.repeat}']
    if trial.response is not None:
        parts.append(f'"response":{answer or response_text(trial.response, ordered=ordered)}')
    if trial.failure is not None:
        parts.append(f'"failure":{encode(_outcome_row(trial.failure))}')
    if trial.scores:
        scores = {label: _outcome_row(outcome) for label, outcome in trial.scores.items()}
        parts.append(f'"scores":{encode(scores)}')
    parts += [f'"{name}":{encode(value)}' for name, value in _circumstances(trial)]
    return line(",".join(parts) + "}")


def _circumstances(trial: TrialRecord) -> list[tuple[str, Json]]:
    """How the trial was made, as far as that is worth a word."""
    told: tuple[tuple[str, Json, bool], ...] = (
        ("seconds", trial.seconds, bool(trial.seconds)),
        ("attempts", trial.attempts, trial.attempts != 1),
        ("cached", trial.cached, trial.cached),
        ("block", trial.block, trial.block is not None),
        ("began", trial.began, trial.began is not None),
    )
    return [(name, value) for name, value, worth in told if worth]


def trial_from(row: Row) -> TrialRecord:
    """Trial record that `trial_line` wrote."""
    response, failure = row.get("response"), row.get("failure")
    return TrialRecord(
        case_id=row["case"],
        repeat=row["repeat"],
        response=None if response is None else response_from(response),
        failure=None if failure is None else Failure(**failure),
        scores={label: _outcome_from(item) for label, item in row.get("scores", {}).items()},
        seconds=row.get("seconds", 0.0),
        attempts=row.get("attempts", 1),
        cached=row.get("cached", False),
        block=row.get("block"),
        began=row.get("began"),
    )
