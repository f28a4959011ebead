"""Language: whether the answer is written in the language that was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

from holdfast.digest import Json
from holdfast.errors import MissingExtra, UsageError
from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.system import Spec

__all__ = ["Language"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """1 where the answer's text is in the expected language, else 0.

    Languages are ISO 639-1 codes, such as `en`. The guess is py3langid's (Lui and Baldwin 2012,
    over 97 languages), the same for the same text. Few words say little of their language: name
    the languages that can occur in `among`, and a guess is made between those alone. Needs the
    extra `language`.

    >>> Language(code="de", among=("de", "en")).spec.label
    'language(code=de, among=["de","en"])'
    """

    code: str | None = None
    """None takes `expected["language"]` of each case."""
    among: tuple[str, ...] = ()
    """Languages between which is decided; none for all that are known."""

    def __post_init__(self) -> None:
        if self.code is not None and self.among and self.code not in self.among:
            raise UsageError(f"the language {self.code!r} must itself be among {self.among!r}")

    @property
    def spec(self) -> Spec:
        params: dict[str, Json] = {} if self.code is None else {"code": self.code}
        if self.among:
            params["among"] = list(self.among)
        return Spec(name="language", params=params)

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    def __call__(self, trial: Trial, /) -> Outcome:
        expected = trial.case.expected
        wanted = self.code
        if wanted is None and isinstance(expected, Mapping):
            given = expected.get("language")
            wanted = given if isinstance(given, str) else None
        try:
            problem = self._problem(wanted)
            if wanted is None or problem:
                return Failure(stage="metric", error=f"case {trial.case.id!r} {problem}")
            text = trial.response.text
            if not any(letter.isalpha() for letter in text):
                return Score(0.0, "the answer has no letters, so it is in no language")
            found = _guess(text, self.among)
        except UsageError as error:
            return Failure(stage="metric", error=str(error))
        return Score(float(found == wanted), f"reads as {found!r}, asked for {wanted!r}")

    def _problem(self, wanted: str | None) -> str:
        """Why there is nothing to compare with, else an empty text."""
        if wanted is None:
            return (
                "has no expected language; give one to the metric, or in "
                '"expected": {"language": "en"}'
            )
        known = self.among or _known()
        if wanted in known:
            return ""
        return f"expects the language {wanted!r}; known here: {', '.join(sorted(known))}"


def _guess(text: str, among: tuple[str, ...]) -> str:
    return _identifier(among).classify(text)[0]


@lru_cache(maxsize=32)
def _identifier(among: tuple[str, ...]) -> Any:
    try:
        library: Any = import_module("py3langid.langid")
    except ImportError as error:
        raise MissingExtra(
            'languages are told apart by py3langid: pip install "holdfast[language]"'
        ) from error
    identifier = library.LanguageIdentifier.from_model_file(library.MODEL_FILE)
    if among:
        try:
            identifier.set_languages(list(among))
        except ValueError as error:
            raise UsageError(f"Language(among={among!r}): {error}") from error
    return identifier


def _known() -> tuple[str, ...]:
    return tuple(str(code) for code in _identifier(()).nb_classes)
