"""Answer relevancy: whether the answer is about what was asked."""

from dataclasses import dataclass

from holdfast.digest import Json
from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.declining import declined, elsewhere
from holdfast.metrics.grounding import (
    CITATION,
    GROUNDING_VERSION,
    check_declined,
    read_question,
)
from holdfast.metrics.likeness import Embedder, likeness
from holdfast.system import Spec

__all__ = ["AnswerRelevancy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRelevancy:
    """Cosine between the question and the answer, 0 to 1; it says nothing of being right.

    The offline relative of ragas' measure, which has a model guess the question first. A declined
    answer is about nothing: it is a failure of the metric, unless `declined` gives its score.
    Embeddings err, so this is a judge: it gates only after `holdfast judge check`.
    """

    embedder: Embedder
    """Such as `systems.rag.retrieval.encoder.SentenceEncoder()`."""
    declined: float | None = None
    """Score of a declined or empty answer."""

    def __post_init__(self) -> None:
        check_declined("answer_relevancy", self.declined)

    @property
    def judge(self) -> bool:
        return True

    @property
    def spec(self) -> Spec:
        params: dict[str, Json] = {} if self.declined is None else {"declined": self.declined}
        artifacts = {"embedder": self.embedder.spec.digest}
        return Spec(
            name="answer_relevancy",
            params=params,
            version=f"2-grounding-{GROUNDING_VERSION}",
            artifacts=artifacts,
        )

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    def __call__(self, trial: Trial, /) -> Outcome:
        question = read_question(trial.case)
        if not question:
            return Failure(
                stage="metric",
                error=f"the input of case {trial.case.id!r} is no question; give a text, or an "
                'object with a text under "question"',
            )
        if unread := elsewhere(trial.response, wanted=("answer", "text")):
            return unread
        answer = CITATION.sub("", trial.response.text).strip()
        if declined(trial.response) or not answer:
            if self.declined is not None:
                return Score(self.declined, "the answer was declined")
            return Failure(
                stage="metric",
                error="the answer was declined, so it is about nothing; score such cases with "
                "Abstention, or give answer_relevancy a score for them: declined=0.0",
            )
        found = likeness(self.embedder, question, answer)
        return Score(found, f"cosine of question and answer {found:.2f}")
