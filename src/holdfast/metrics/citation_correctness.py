"""Citation correctness: whether each sentence's citations support it, and each one is needed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from holdfast.digest import digest_json
from holdfast.errors import UsageError
from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.claims import CLAIMS_VERSION, read_claims
from holdfast.metrics.declining import declined, elsewhere
from holdfast.metrics.grounding import citation_marks
from holdfast.system import Passage, Spec
from holdfast.verifying.claim_verifier import ClaimVerifier
from holdfast.verifying.verdict import Verifier

__all__ = ["CitationCorrectness"]

Part = Literal["precision", "recall", "f1"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationCorrectness:
    """Citation recall, precision or their harmonic mean, as in ALCE (Gao et al. 2023).

    Recall: share of the sentences that the passages cited in them support together. Precision:
    share of the citations that support their sentence alone, or without which the others in it do
    not. `[2]` is the second passage in the order in which the system returned them, `[2-4]` that
    and the next two, `[some-id]` the passage of that id; a citation of what is not there is wrong.
    What says only that the documents do not tell needs no citation, and one in it does not count.
    A declined answer is a failure of the metric; an answer without citations has recall 0 and no
    precision, which counts as 0. The verifier may err, so this is a judge: it gates only after
    `holdfast judge check`.

    >>> CitationCorrectness(part="recall").spec.label
    'citation_correctness(part=recall)'
    """

    part: Part = "f1"
    verifier: Verifier = field(default_factory=ClaimVerifier)
    texts: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """Texts of passages by id, for systems that return ids only."""

    def __post_init__(self) -> None:
        if self.part not in ("precision", "recall", "f1"):
            raise UsageError(f"part must be 'precision', 'recall' or 'f1', got {self.part!r}")

    @property
    def judge(self) -> bool:
        return True

    @property
    def spec(self) -> Spec:
        artifacts = {"verifier": self.verifier.spec.digest}
        if self.texts:
            artifacts["texts"] = digest_json(dict(self.texts))
        return Spec(
            name="citation_correctness",
            params={"part": self.part},
            version=f"3-claims-{CLAIMS_VERSION}",
            artifacts=artifacts,
        )

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    def __call__(self, trial: Trial, /) -> Outcome:
        if unread := elsewhere(trial.response):
            return unread
        passages = _by_mark(trial.response.passages, self.texts)
        cited = [] if declined(trial.response) else _cited(trial.response.text, passages)
        if not cited:
            return Failure(
                stage="metric",
                error="the answer claims nothing that could be cited; score declined answers with "
                "Abstention",
            )
        bare = [one for _, marks in cited for one in marks if passages.get(one) == ""]
        if bare:
            return Failure(
                stage="metric",
                error=f"the cited passage {bare[0]!r} has no text; let the system return "
                "Passage(text=…), or give the metric the texts by id",
            )
        supported, right, total = 0, 0, 0
        wrong: list[str] = []
        for sentence, marks in cited:
            whole = self._supports(sentence, [passages[mark] for mark in marks if mark in passages])
            supported += whole
            needed = [
                mark for mark in marks if whole and self._needed(sentence, mark, marks, passages)
            ]
            right += len(needed)
            total += len(marks)
            if not whole:
                wrong.append(f"{sentence!r} is not supported by {_shown(marks)}")
            elif len(needed) < len(marks):
                idle = [mark for mark in marks if mark not in needed]
                wrong.append(f"{sentence!r} does not need {_shown(idle)}")
        recall, precision = supported / len(cited), right / total if total else 0.0
        counts = f"{supported} of {len(cited)} sentences, {right} of {total} citations"
        return Score(_value(self.part, precision, recall), "; ".join([counts, *wrong]))

    def _supports(self, sentence: str, texts: Sequence[str]) -> bool:
        return bool(texts) and self.verifier.verify([sentence], texts)[0].supported

    def _needed(
        self, sentence: str, mark: str, marks: Sequence[str], passages: Mapping[str, str]
    ) -> bool:
        if mark not in passages:
            return False
        others = [passages[one] for one in marks if one != mark and one in passages]
        return self._supports(sentence, [passages[mark]]) or not self._supports(sentence, others)


def _cited(text: str, known: Mapping[str, str]) -> list[tuple[str, tuple[str, ...]]]:
    """What sentences claim, each with the marks of its citations."""
    return [(one.text, citation_marks(one.sentence, known=known)) for one in read_claims(text)]


def _by_mark(passages: Sequence[Passage], texts: Mapping[str, str]) -> dict[str, str]:
    """Texts of the passages by number and by id."""
    found: dict[str, str] = {}
    for number, passage in enumerate(passages, start=1):
        text = passage.text or texts.get(passage.id, "")
        found.setdefault(passage.id, text)
        found[str(number)] = text
    return found


def _shown(marks: Sequence[str]) -> str:
    return ", ".join(f"[{mark}]" for mark in marks) or "any citation"


def _value(part: Part, precision: float, recall: float) -> float:
    if part == "f1":
        total = precision + recall
        return 2 * precision * recall / total if total else 0.0
    return precision if part == "precision" else recall
