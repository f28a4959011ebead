"""Answer correctness: how much of the reference answer is said, and how little besides."""

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.assent import (
    opening_assent,
    read_assent,
    restated_assent,
    score_assent,
)
from holdfast.metrics.declining import declined, elsewhere
from holdfast.metrics.grounding import (
    CITATION,
    GROUNDING_VERSION,
    read_question,
    read_reference,
)
from holdfast.metrics.likeness import Embedder, likeness
from holdfast.system import Spec
from holdfast.verifying.quantities import Quantity, quantities
from holdfast.verifying.sameness import same
from holdfast.verifying.words import tokens

__all__ = ["AnswerCorrectness"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCorrectness:
    """F1 of the facts of answer and reference: content words by stem, numbers and dates by value.

    A reference of few words (a name, a number) counts by its recall alone, so that a whole sentence
    around it costs nothing. Where an embedder is given, its cosine counts one quarter, as in
    ragas. Where the reference begins with yes or no, an answer that says the other is worth
    nothing, and one that says the same tells one fact more; where the rest only repeats the
    question, yes or no is all that counts. A declined answer to a case with a reference scores 0.
    Of several accepted answers the best counts. It may err on other words for the same, so this is
    a judge: it gates only after `holdfast judge check`.

    >>> AnswerCorrectness().spec.label
    'answer_correctness(few=4)'
    """

    few: int = 4
    """Facts up to which a reference counts by recall alone."""
    embedder: Embedder | None = None

    def __post_init__(self) -> None:
        if self.few < 0:
            raise UsageError(f"answer_correctness(few={self.few}): give 0 or more facts")

    @property
    def judge(self) -> bool:
        return True

    @property
    def spec(self) -> Spec:
        params: dict[str, Json] = {"few": self.few}
        artifacts: dict[str, str] = {}
        if self.embedder is not None:
            params["embedder"] = self.embedder.spec.label
            artifacts["embedder"] = self.embedder.spec.digest
        return Spec(
            name="answer_correctness",
            params=params,
            version=f"3-grounding-{GROUNDING_VERSION}",
            artifacts=artifacts,
        )

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    def __call__(self, trial: Trial, /) -> Outcome:
        accepted = read_reference(trial.case)
        if isinstance(accepted, Failure):
            return accepted
        if unread := elsewhere(trial.response, wanted=("answer", "text")):
            return unread
        answer = CITATION.sub("", trial.response.text).strip()
        if declined(trial.response) or not answer:
            return Score(0.0, "declined, although the case has an answer")
        question = read_question(trial.case)
        scores = (self._score(answer, one, question=question) for one in accepted)
        return max(scores, key=lambda score: score.value)

    def _score(self, answer: str, reference: str, *, question: str) -> Score:
        said, wanted = _Facts.of(answer), _Facts.of(reference)
        decided, told = read_assent(reference), opening_assent(answer)
        if decided is not None and wanted.within(_Facts.of(question)) == wanted.count:
            wanted, told = _Facts.of(""), restated_assent(answer, question=question)
        if decided is not None and (wanted.count == 0 or told is (not decided)):
            return score_assent(told=told, decided=decided)
        agreed = int(decided is not None and told is decided)
        found, count = wanted.within(said) + agreed, wanted.count + agreed
        value, why = found / count if count else 0.0, f"{found} of {count} facts of the reference"
        if wanted.count > self.few:
            besides = said.count - said.within(wanted)
            value = 2 * found / (count + said.count + agreed)
            why += f", {besides} others in the answer"
        if self.embedder is None:
            return Score(min(1.0, value), why)
        alike = likeness(self.embedder, reference, answer)
        return Score(min(1.0, 0.75 * value + 0.25 * alike), f"{why}, cosine {alike:.2f}")


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a text says, as single facts."""

    stems: frozenset[str]
    quantities: Sequence[Quantity]

    @classmethod
    def of(cls, text: str) -> "_Facts":
        words = tokens(text)
        counted = quantities(words)
        inside = {place for one in counted for place in range(one.place, one.end)}
        stems = {one.stem for place, one in enumerate(words) if one.content and place not in inside}
        unlike: list[Quantity] = []
        for one in counted:
            if not any(one.value == other.value for other in unlike):
                unlike.append(one)
        return cls(frozenset(stems), tuple(unlike))

    @property
    def count(self) -> int:
        return len(self.stems) + len(self.quantities)

    def within(self, other: "_Facts") -> int:
        """How many of these facts the other text says too."""
        counted = sum(any(same(one, each) for each in other.quantities) for one in self.quantities)
        return len(self.stems & other.stems) + counted
