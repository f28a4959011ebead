"""Claim verifier: how well evidence supports a claim, from its words, numbers, names and turns."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from holdfast.digest import digest_bytes
from holdfast.errors import UsageError
from holdfast.system import Spec
from holdfast.verifying.evidence import Evidence, prepare
from holdfast.verifying.findings import examine
from holdfast.verifying.head import HEAD, Head, read_head
from holdfast.verifying.marks import read_claim
from holdfast.verifying.meanings import MEANINGS, read_meanings
from holdfast.verifying.sentences import SENTENCES_VERSION, split
from holdfast.verifying.verdict import Grounds, Verdict
from holdfast.verifying.words import WORDS_VERSION

__all__ = ["ClaimVerifier"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimVerifier:
    """Scores claims against evidence offline, some hundred a second on one core.

    A claim is looked for in up to three sentences of the evidence that cover its words best: by
    stem, by root, or by a word that all-MiniLM-L6-v2 takes for nearly the same. Against it count
    content that is nowhere, numbers, dates and names that are not there or stand where the evidence
    has others, negation, opposites, scope and certainty that only one side has. A logistic head
    whose weights cannot change their signs makes one probability of these signals. A claim of
    several sentences scores as its weakest sentence. Citations, addresses and lead-ins such as
    `According to the page,` are no part of it. English only.

    >>> facts = ["The ferry leaves at 7.40 and carries 210 people."]
    >>> [one.supported for one in ClaimVerifier().verify(
    ...     ["The ferry carries 210 people.", "The ferry carries 120 people."], facts)]
    [True, False]
    """

    threshold: float | None = None
    """Score from which a claim counts as supported; None takes the one that was chosen on claims
    that people had labelled."""

    def __post_init__(self) -> None:
        if self.threshold is not None and not 0 < self.threshold < 1:
            raise UsageError(f"a threshold lies between 0 and 1, got {self.threshold!r}")

    @property
    def spec(self) -> Spec:
        params = {} if self.threshold is None else {"threshold": self.threshold}
        artifacts = {path.name: _digest(path) for path in (HEAD, MEANINGS)}
        version = f"3-sentences-{SENTENCES_VERSION}-words-{WORDS_VERSION}"
        return Spec(name="claim-verifier", params=params, version=version, artifacts=artifacts)

    def verify(self, claims: Sequence[str], evidence: Sequence[str], /) -> tuple[Verdict, ...]:
        """One verdict for each claim; evidence texts may be sentences or whole passages."""
        parts = [(number, part) for number, text in enumerate(evidence) for part in split(text)]
        ready = prepare([part for _, part in parts])
        return tuple(self._verdict(claim, parts, ready) for claim in claims)

    def _verdict(self, claim: str, parts: Sequence[tuple[int, str]], evidence: Evidence) -> Verdict:
        said = read_claim(claim)
        if not said:
            return Verdict(
                claim=claim, score=0.0, supported=False, why="it says nothing that can be checked"
            )
        head, meanings = read_head(), read_meanings()
        found = [examine(one, evidence, meanings=meanings) for one in said]
        score, weakest = min(
            ((head.score(one.signals), one) for one in found), key=lambda pair: pair[0]
        )
        supported = score >= self._threshold(head)
        numbers = dict.fromkeys(number for one in found for number in one.chosen)
        return Verdict(
            claim=claim,
            score=score,
            supported=supported,
            grounds=tuple(Grounds(text=parts[at][0], sentence=parts[at][1]) for at in numbers),
            why="; ".join(weakest.reasons),
        )

    def _threshold(self, head: Head) -> float:
        return head.threshold if self.threshold is None else self.threshold


@lru_cache(maxsize=4)
def _digest(path: Path) -> str:
    return digest_bytes(path.read_bytes())
