"""Faithfulness: how much of an answer its passages support."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from holdfast.digest import Json, digest_json
from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.claims import CLAIMS_VERSION, claimed
from holdfast.metrics.declining import declined, elsewhere
from holdfast.metrics.grounding import check_declined, read_texts
from holdfast.system import Spec
from holdfast.verifying.claim_verifier import ClaimVerifier
from holdfast.verifying.verdict import Verdict, Verifier

__all__ = ["Faithfulness"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Faithfulness:
    """Share of the answer's sentences that the returned passages support.

    A sentence that says nothing, such as `Yes.`, does not count, nor does a clause that says only
    that the documents do not tell: beside `18 weeks [1].` an honest `The documents do not say who
    approves it.` is no claim that passages could support. An answer that was declined, or says
    nothing else, claims nothing: it is a failure of the metric, unless `declined` gives its score.
    The verifier may err, so this is a judge: it gates only after `holdfast judge check`.

    >>> Faithfulness().spec.label
    'faithfulness'
    """

    verifier: Verifier = field(default_factory=ClaimVerifier)
    texts: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """Texts of passages by id, for systems that return ids only."""
    declined: float | None = None
    """Score of an answer that claims nothing."""

    def __post_init__(self) -> None:
        check_declined("faithfulness", self.declined)

    @property
    def judge(self) -> bool:
        return True

    @property
    def spec(self) -> Spec:
        params: dict[str, Json] = {} if self.declined is None else {"declined": self.declined}
        artifacts = {"verifier": self.verifier.spec.digest}
        if self.texts:
            artifacts["texts"] = digest_json(dict(self.texts))
        return Spec(
            name="faithfulness",
            params=params,
            version=f"2-claims-{CLAIMS_VERSION}",
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
        none_given = declined(trial.response)
        said = () if none_given else claimed(trial.response.text)
        if not said:
            deed = "was declined" if none_given else "says nothing that can be checked"
            if self.declined is not None:
                return Score(self.declined, f"the answer {deed}")
            return Failure(
                stage="metric",
                error=f"the answer {deed}, so there is nothing to verify; score such cases with "
                "Abstention, or give faithfulness a score for them: declined=1.0",
            )
        texts = read_texts(trial, self.texts)
        if isinstance(texts, Failure):
            return texts
        verdicts = self.verifier.verify(said, texts)
        supported = sum(one.supported for one in verdicts)
        return Score(supported / len(verdicts), _why(verdicts, supported))


def _why(verdicts: Sequence[Verdict], supported: int) -> str:
    parts = [f"{supported} of {len(verdicts)} sentences supported"]
    for one in verdicts:
        if not one.supported:
            nearest = f" (nearest: {one.grounds[0].sentence!r})" if one.grounds else ""
            parts.append(f"not supported: {one.claim!r}: {one.why}{nearest}")
    return "; ".join(parts)
