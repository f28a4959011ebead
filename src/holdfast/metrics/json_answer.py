"""JSON answer: the structured answer of a trial, given as data or written as text."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from holdfast.dataset import Case
from holdfast.digest import Json
from holdfast.metric import Failure, Trial

__all__ = ["TOO_DEEP", "NotJson", "expected_value", "parse_json_text", "read_answer"]


@dataclass(frozen=True, slots=True)
class NotJson:
    """Why an answer is no JSON text."""

    why: str


TOO_DEEP = NotJson("not readable as JSON: nested too deeply")


def read_answer(trial: Trial, *, fenced: bool = False) -> "Json | NotJson":
    """The structured answer: `Response.data` where there is one, else the text, parsed.

    A name that occurs twice in one object makes the answer unreadable here, as one reader keeps
    the first value and another the last (RFC 8259, section 4, and RFC 7493, section 2.3).

    Args:
        trial: whose answer is read.
        fenced: take the first fenced block of the text where there is one.
    """
    if trial.response.data is not None:
        return trial.response.data
    return parse_json_text(trial.response.text, fenced=fenced, unique_names=True)


def parse_json_text(
    text: str, *, fenced: bool = False, unique_names: bool = False
) -> "Json | NotJson":
    """The value of a JSON text (RFC 8259): nothing but white space may stand around it.

    NaN and Infinity are no JSON numbers, though many readers take them.

    >>> parse_json_text('{"a": 1}')
    {'a': 1}
    >>> parse_json_text("NaN").why
    'not JSON: NaN is no JSON number'
    """
    source = _first_block(text) if fenced else text
    try:
        return json.loads(
            source,
            parse_constant=_refuse,
            parse_int=_whole,
            parse_float=_finite if unique_names else float,
            object_pairs_hook=_unique if unique_names else None,
        )
    except json.JSONDecodeError as error:
        at = f"line {error.lineno}, column {error.colno}"
        return NotJson(f"not JSON: {error.msg} at {at} of {source.strip()[:60]!r}")
    except ValueError as error:
        return NotJson(f"not JSON: {error}")
    except RecursionError:
        return TOO_DEEP


def expected_value(case: Case) -> "Json | Failure":
    """The value that the answer should be: `expected["answer"]`, else `expected` itself."""
    expected = case.expected
    if isinstance(expected, Mapping) and "answer" in expected:
        expected = expected["answer"]
    if expected is None:
        return Failure(
            stage="metric",
            error=f"case {case.id!r} has no expected fields to compare with; give them in "
            '"expected", or leave it out of this suite',
        )
    return expected


def _refuse(literal: str) -> Json:
    raise ValueError(f"{literal} is no JSON number")


def _whole(literal: str) -> int | float:
    # Python reads whole numbers of at most some thousand digits; JSON has no such limit.
    return int(literal) if len(literal) < 4_000 else float(literal)


def _finite(literal: str) -> float:
    value = float(literal)
    if math.isinf(value):
        raise ValueError(f"the number {literal[:20]} is too large to be compared")
    return value


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {twice!r} occurs twice in one object")
    return values


def _first_block(text: str) -> str:
    """Content of the first fenced block of JSON, or of no named language; else the whole text."""
    for language, content in _blocks(text):
        if language in ("", "json"):
            return content
    return text


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Language and content of each fenced code block, as CommonMark 0.31 delimits them."""
    fence, language, held = "", "", list[str]()
    for line in text.split("\n"):
        bare = line.strip()
        mark = bare[: len(bare) - len(bare.lstrip(bare[:1]))] if bare[:1] in ("`", "~") else ""
        if not fence and len(mark) >= 3:
            fence, held = mark, []
            language = bare[len(mark) :].strip().split(" ")[0].casefold()
        elif fence and bare == mark and mark.startswith(fence):
            yield language, "\n".join(held)
            fence = ""
        elif fence:
            held.append(line)
    if fence:
        yield language, "\n".join(held)
