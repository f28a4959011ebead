"""Exact match: whether the answer is the expected one, character by character."""

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.digest import Json, canonical
from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.system import Spec

__all__ = ["ExactMatch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactMatch:
    """1 where the answer equals the expected one, else 0.

    The expected answer is `expected["answer"]` where there is such a key, else `expected`. Text is
    compared with the text of the response; any other JSON value with its structured answer
    (`Response.data`), in which the order of keys does not matter, and 1, 1.0 and true differ.
    """

    ignore_case: bool = False
    """Compare text after Unicode case folding."""
    strip: bool = False
    """Compare text without the white space around it."""

    @property
    def spec(self) -> Spec:
        params: dict[str, Json] = {}
        if self.ignore_case:
            params["ignore_case"] = True
        if self.strip:
            params["strip"] = True
        return Spec(name="exact_match", params=params)

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    def __call__(self, trial: Trial, /) -> Outcome:
        expected = trial.case.expected
        if isinstance(expected, Mapping) and "answer" in expected:
            expected = expected["answer"]
        if expected is None:
            return Failure(
                stage="metric",
                error=f"case {trial.case.id!r} has no expected answer to compare with; "
                'give it one in "expected", or leave it out of this suite',
            )
        if isinstance(expected, str):
            same = self._plain(trial.response.text) == self._plain(expected)
        else:
            same = canonical(trial.response.data) == canonical(expected)
        return Score(float(same), "equal to the expected answer" if same else "another answer")

    def _plain(self, text: str) -> str:
        if self.strip:
            text = text.strip()
        return text.casefold() if self.ignore_case else text
