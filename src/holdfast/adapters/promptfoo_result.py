"""promptfoo result: one result of an evaluation as case, answer, failure and scores."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, cast

from holdfast.adapters.promptfoo_file import Row, list_of, mapping_of
from holdfast.digest import Json, digest_json
from holdfast.errors import DatasetError
from holdfast.metric import Failure, Outcome, Score
from holdfast.record import CaseRecord
from holdfast.system import Response, Usage

__all__ = ["Identity", "case_of", "failure_of", "response_of", "scores_of"]

Identity = Literal["auto", "metadata", "vars", "description", "digest"]

_ERROR = 2
"""`failureReason` of a result whose provider raised or told an error."""
_INFRASTRUCTURE = re.compile(
    r"rate.?limit|too many requests|overloaded|timed?.?out|ECONN[A-Z]+|ENOTFOUND|EAI_AGAIN|EPIPE"
    r"|socket hang up|fetch failed|network error|bad gateway|service unavailable"
    r"|(?:status|http|code|error)\W{0,3}(?:code\W{0,2})?(?:429|50[0234]|52[0-9])\b",
    re.IGNORECASE,
)


def case_of(row: Row, *, identity: Identity, where: str) -> CaseRecord:
    """The test of a result as a case; its variables are the input, its assertions are expected.

    Raises:
        DatasetError: the test has no name of the kind that was asked for.
    """
    test = mapping_of(row.get("testCase"))
    given = _variables(row)
    expected: Json = {"assert": _portable(test["assert"])} if test.get("assert") else None
    metadata = {**mapping_of(row.get("metadata")), **mapping_of(test.get("metadata"))}
    names: dict[str, Any] = {
        "metadata": metadata.get("id"),
        "vars": given.get("id"),
        "description": test.get("description") or row.get("description"),
        "digest": f"vars-{digest_json(given)[:16]}",
    }
    if identity == "auto":
        name = next(one for one in names.values() if _is_name(one))
    elif _is_name(names[identity]):
        name = names[identity]
    else:
        raise DatasetError(
            f"{where}: the test has no id in its {identity}; give it one, or let its variables "
            "name it"
        )
    tags = [tag for tag in list_of(metadata.get("tags")) if isinstance(tag, str) and tag]
    return CaseRecord(
        id=str(name),
        digest=digest_json({"input": given, "expected": expected}),
        tags=tuple(tags),
        input=given,
        expected=expected,
    )


def failure_of(row: Row) -> Failure | None:
    """Why there is no answer; None where there is one, right or wrong."""
    response = mapping_of(row.get("response"))
    error = response.get("error")
    if row.get("failureReason") == _ERROR or "failureReason" not in row:
        error = error or row.get("error")
    # Without a reason, what was graded has an answer, and its error says what was wrong with it.
    answered = response.get("output") is not None
    if answered and "failureReason" not in row and row.get("gradingResult"):
        error = None
    if answered and not error:
        return None
    said = _in_short(str(error or "promptfoo recorded no output"))
    stage = "infrastructure" if _INFRASTRUCTURE.search(said) else "system"
    return Failure(stage=stage, error=said[:500])


def _in_short(error: str) -> str:
    """An error without the places in promptfoo's and Python's code that it came by."""
    lines = [line for line in error.strip().splitlines() if line.strip()]
    lines = [line for line in lines if not re.match(r"\s+at ", line)]
    # What happened stands first, and in a trace of Python last.
    return f"{lines[0]} … {lines[-1]}" if len(lines) > 1 else "".join(lines)


def response_of(row: Row) -> Response:
    """The answer of a result, with what it consumed."""
    response = mapping_of(row.get("response"))
    output: Any = response.get("output")
    tokens = mapping_of(response.get("tokenUsage")) or mapping_of(row.get("tokenUsage"))
    read, written = _number(tokens.get("prompt")), _number(tokens.get("completion"))
    total = _number(tokens.get("total"))
    usage = Usage(
        input_tokens=int(read or max(total - written, 0)),
        output_tokens=int(written),
        calls=int(_number(tokens.get("numRequests"))),
        cost=_number(row.get("cost") or response.get("cost")),
    )
    if isinstance(output, str):
        return Response(text=output, usage=usage)
    text = json.dumps(output, ensure_ascii=False)
    return Response(text=text, data=cast("Json", output), usage=usage)


def scores_of(row: Row) -> dict[str, Outcome]:
    """What the assertions said: `passed`, `score`, and each metric that they name."""
    grading = mapping_of(row.get("gradingResult"))
    why = str(grading.get("reason") or "")[:500]
    broken = next((text for text in _broken(grading)), "")
    if broken:
        failure = Failure(stage="infrastructure", error=f"the grader failed: {broken[:400]}")
        named = dict.fromkeys(mapping_of(row.get("namedScores")), failure)
        return {"passed": failure, "score": failure, **named}
    scores: dict[str, Outcome] = {
        "passed": Score(float(row.get("success") is True), why),
        "score": _score(grading.get("score", row.get("score")), why),
    }
    for name, value in mapping_of(row.get("namedScores")).items():
        own = _weighted(grading, name)
        # A name that is also one of ours would hide what it says of all assertions.
        label = f"named.{name}" if name in scores else name
        scores[label] = _score(value if own is None else own, "")
    return scores


def _weighted(grading: Mapping[str, Any], name: str) -> float | None:
    """Mean score of the assertions of one metric; None where the parts do not tell.

    Older versions wrote the sum of them under the metric's name.
    """
    total = weights = 0.0
    for part in _parts(grading):
        assertion = mapping_of(part.get("assertion"))
        if assertion.get("metric") == name:
            weight = assertion.get("weight", 1)
            weight = _number(weight)
            total, weights = total + weight * _number(part.get("score")), weights + weight
    return total / weights if weights else None


def _broken(grading: Mapping[str, Any]) -> Iterator[str]:
    """Reasons of the parts whose grader itself failed."""
    for part in (grading, *_parts(grading)):
        if mapping_of(part.get("metadata")).get("graderError") is True:
            yield str(part.get("reason") or "no reason was given")


def _parts(grading: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return map(mapping_of, list_of(grading.get("componentResults")))


def _score(value: object, why: str) -> Outcome:
    if isinstance(value, bool | int | float) and math.isfinite(value):
        return Score(float(value), why)
    return Failure(stage="metric", error=f"promptfoo wrote {value!r} where a score belongs")


def _variables(row: Row) -> dict[str, Json]:
    """What the test gives to the prompt, without what promptfoo adds while it runs."""
    given = row.get("vars")
    if not isinstance(given, Mapping):
        given = mapping_of(mapping_of(row.get("testCase")).get("vars"))
    return {
        str(name): cast("Json", value)
        for name, value in cast("Mapping[str, Any]", given).items()
        if name != "sessionId" and not str(name).startswith("_")
    }


def _portable(value: Any) -> Json:
    """A value in which files are named without the folders of the machine they lay on."""
    if isinstance(value, str):
        return f"file://{value.rpartition('/')[2]}" if value.startswith("file://") else value
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value).items()
        return {str(name): _portable(one) for name, one in items}
    if isinstance(value, list):
        return [_portable(one) for one in cast("list[Any]", value)]
    return cast("Json", value)


def _is_name(value: object) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, str) and bool(value.strip()))


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    return float(value) if math.isfinite(value) else 0.0
