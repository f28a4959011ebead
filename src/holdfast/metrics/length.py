"""Length: how long an answer is, and whether it stays within limits."""

import re
from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass, field
from typing import Literal, assert_never

from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.sentences import split_sentences
from holdfast.system import Spec

__all__ = ["Length", "LengthUnit", "LengthWithin", "Measure"]

LengthUnit = Literal["characters", "words", "sentences", "tokens"]
_UNITS = ("characters", "words", "sentences", "tokens")
_WORD = re.compile(r"\w+(?:['’\-]\w+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What the length of a text is counted in.

    Characters are Unicode code points. Words are runs of letters, digits and underscores, joined
    by apostrophes and hyphens (`don't` and `well-known` are one word); scripts without spaces have
    no such words. Sentences are those that Punkt finds in English (Kiss and Strunk 2006), which
    needs the extra `instructions`. Tokens are those of a tokenizer that you give.

    >>> Measure(unit="words").count("Don't stop: it's well-known.")
    4
    """

    unit: LengthUnit = "words"
    tokenizer: Callable[[str], Sized] | None = field(default=None, compare=False)
    """Text to tokens, such as the `tokenize` of a transformers tokenizer."""
    tokenizer_name: str = ""
    """Tells one tokenizer from another in records: two of them give two lengths."""

    def __post_init__(self) -> None:
        if self.unit not in _UNITS:
            raise UsageError(f"unknown unit {self.unit!r} of length; known: {', '.join(_UNITS)}")
        if (self.unit == "tokens") is not (
            self.tokenizer is not None and self.tokenizer_name != ""
        ):
            raise UsageError(
                "a length in tokens, and no other, needs a tokenizer and its name, as in "
                'Measure(unit="tokens", tokenizer=tokenizer.tokenize, tokenizer_name="...")'
            )

    @property
    def params(self) -> dict[str, Json]:
        params: dict[str, Json] = {"unit": self.unit}
        if self.tokenizer_name:
            params["tokenizer"] = self.tokenizer_name
        return params

    def count(self, text: str) -> int:
        match self.unit:
            case "characters":
                return len(text)
            case "words":
                return sum(1 for _ in _WORD.finditer(text))
            case "sentences":
                return len(split_sentences(text))
            case "tokens":
                return len(self.tokenizer(text)) if self.tokenizer else 0
            case _:
                assert_never(self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """Length of the answer's text; shorter is better, so that a margin bounds its growth.

    >>> Length(measure=Measure(unit="characters")).spec.label
    'length(unit=characters)'
    """

    measure: Measure = field(default_factory=Measure)

    @property
    def spec(self) -> Spec:
        return Spec(name="length", params=self.measure.params)

    @property
    def better(self) -> Better:
        return "lower"

    @property
    def bounds(self) -> None:
        return None

    @property
    def unit(self) -> str:
        return self.measure.unit

    def __call__(self, trial: Trial, /) -> Outcome:
        return Score(float(self.measure.count(trial.response.text)))


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthWithin:
    """1 where the length of the answer's text lies within limits, both of which count, else 0.

    Without limits of its own, a case states them: `expected["length"] = {"least": 3, "most": 9}`.

    >>> LengthWithin(most=50).spec.label
    'length_within(unit=words, most=50)'
    """

    measure: Measure = field(default_factory=Measure)
    least: int | None = None
    most: int | None = None

    def __post_init__(self) -> None:
        if self.least is not None and self.most is not None and self.least > self.most:
            raise UsageError(f"no length is at least {self.least} and at most {self.most}")

    @property
    def spec(self) -> Spec:
        params = self.measure.params
        if self.least is not None:
            params["least"] = self.least
        if self.most is not None:
            params["most"] = self.most
        return Spec(name="length_within", params=params)

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    def __call__(self, trial: Trial, /) -> Outcome:
        limits = self._limits(trial)
        if limits is None:
            return Failure(
                stage="metric",
                error=f"case {trial.case.id!r} has no limits of length; give them to the metric, "
                'or in "expected": {"length": {"least": 1, "most": 50}}',
            )
        least, most = limits
        length = self.measure.count(trial.response.text)
        within = (least is None or least <= length) and (most is None or length <= most)
        asked = " and ".join(
            f"{word} {limit}"
            for word, limit in (("at least", least), ("at most", most))
            if limit is not None
        )
        return Score(float(within), f"{length} {self.measure.unit}, asked for {asked}")

    def _limits(self, trial: Trial) -> tuple[int | None, int | None] | None:
        if self.least is not None or self.most is not None:
            return self.least, self.most
        expected = trial.case.expected
        given = expected.get("length") if isinstance(expected, Mapping) else None
        if not isinstance(given, Mapping):
            return None
        least, most = _whole(given.get("least")), _whole(given.get("most"))
        return None if least is None and most is None else (least, most)


def _whole(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
