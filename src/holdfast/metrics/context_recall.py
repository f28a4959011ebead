"""Context recall: how much of the reference answer the retrieved passages hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from holdfast.digest import digest_json
from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.claims import CLAIMS_VERSION, claimed
from holdfast.metrics.declining import elsewhere
from holdfast.metrics.grounding import read_reference, read_texts
from holdfast.system import Spec
from holdfast.verifying.claim_verifier import ClaimVerifier
from holdfast.verifying.verdict import Verifier

__all__ = ["ContextRecall"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextRecall:
    """Share of the reference answer's sentences that the retrieved passages support.

    Where a case lists accepted answers, the one that is supported best counts. A bare `Yes.`, and
    that the documents do not tell, say nothing that passages could hold: where there is no other
    answer, it is a failure of the metric. Where passages are judged by id, `Recall` says the same
    without a verifier. The verifier may err, so this is a judge: it gates only after
    `holdfast judge check`.

    >>> ContextRecall().spec.label
    'context_recall'
    """

    verifier: Verifier = field(default_factory=ClaimVerifier)
    texts: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """Texts of passages by id, for systems that return ids only."""

    @property
    def judge(self) -> bool:
        return True

    @property
    def spec(self) -> Spec:
        artifacts = {"verifier": self.verifier.spec.digest}
        if self.texts:
            artifacts["texts"] = digest_json(dict(self.texts))
        return Spec(
            name="context_recall", version=f"3-claims-{CLAIMS_VERSION}", artifacts=artifacts
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
        claims = [found for found in map(claimed, accepted) if found]
        if not claims:
            return Failure(
                stage="metric",
                error=f"the reference answer of case {trial.case.id!r}, {accepted[0]!r}, says "
                "nothing that passages could hold; judge passages by id and measure Recall",
            )
        if unread := elsewhere(trial.response, wanted=("passages",)):
            return unread
        if not trial.response.passages:
            return Score(0.0, "no passage was retrieved")
        texts = read_texts(trial, self.texts)
        if isinstance(texts, Failure):
            return texts
        return max((self._share(one, texts) for one in claims), key=lambda score: score.value)

    def _share(self, claims: tuple[str, ...], texts: tuple[str, ...]) -> Score:
        verdicts = self.verifier.verify(claims, texts)
        missing = [one for one in verdicts if not one.supported]
        found = len(verdicts) - len(missing)
        parts = [f"{found} of {len(verdicts)} sentences of the reference are in the passages"]
        parts += [f"missing: {one.claim!r}: {one.why}" for one in missing]
        return Score(found / len(verdicts), "; ".join(parts))
