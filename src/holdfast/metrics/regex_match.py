"""Regular expression: whether the answer matches a pattern."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

from holdfast.digest import Json
from holdfast.errors import MissingExtra, UsageError
from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.system import Spec

__all__ = ["RegexMatch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegexMatch:
    r"""1 where the text of the answer matches a regular expression, else 0.

    The engine is RE2, whose time grows with the length of the text alone: no answer can stall a
    run, and no score depends on how busy the machine was. It knows neither look-around nor
    references to groups, and `\d`, `\w` and `\s` mean ASCII; `\pL` is any letter. Needs the extra
    `regex`.

    >>> RegexMatch(pattern="[A-Z]{3}-[0-9]+", whole=True).spec.label
    'regex_match(pattern=[A-Z]{3}-[0-9]+, whole=true)'
    """

    pattern: str | None = None
    """None takes `expected["pattern"]` of each case."""
    whole: bool = False
    """The whole text must match, not a part of it."""
    absent: bool = False
    """Score 1 where nothing matches: for what an answer must not say."""

    def __post_init__(self) -> None:
        if self.pattern is not None and not isinstance(self.pattern, str):  # pyright: ignore[reportUnnecessaryIsInstance] # users pass compiled patterns
            raise UsageError(f"the pattern must be text, got {self.pattern!r}")

    @property
    def spec(self) -> Spec:
        params: dict[str, Json] = {} if self.pattern is None else {"pattern": self.pattern}
        if self.whole:
            params["whole"] = True
        if self.absent:
            params["absent"] = True
        return Spec(name="regex_match", params=params)

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    def __call__(self, trial: Trial, /) -> Outcome:
        pattern = self.pattern
        if pattern is None:
            expected = trial.case.expected
            given = expected.get("pattern") if isinstance(expected, Mapping) else None
            if not isinstance(given, str):
                return Failure(
                    stage="metric",
                    error=f"case {trial.case.id!r} has no pattern; give one to the metric, or in "
                    '"expected": {"pattern": "..."}',
                )
            pattern = given
        try:
            expression = _compiled(pattern)
        except UsageError as error:
            return Failure(stage="metric", error=f"case {trial.case.id!r}: {error}")
        text = trial.response.text
        found = expression.fullmatch(text) if self.whole else expression.search(text)
        why = f"matches {found.group()[:80]!r}" if found else f"nothing matches {pattern!r}"
        return Score(float(bool(found) is not self.absent), why)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    try:
        re2: Any = import_module("re2")
    except ImportError as error:
        raise MissingExtra(
            'regular expressions are matched by RE2: pip install "holdfast[regex]"'
        ) from error
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options=options)
    except re2.error as error:
        said = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
        raise UsageError(
            f"RE2 cannot read the pattern {pattern!r}: {said}; it knows neither look-around nor "
            "references to groups"
        ) from error
