"""Claims: what an answer states of the world, sentence by sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.metrics.grounding import CITATION, GROUNDING_VERSION
from holdfast.verifying.sentences import says_something, split
from holdfast.verifying.silence import SILENCE_VERSION, without_silence

__all__ = ["CLAIMS_VERSION", "Claim", "claimed", "read_claims"]

CLAIMS_VERSION = f"1-grounding-{GROUNDING_VERSION}-silence-{SILENCE_VERSION}"
"""Raised whenever other claims may be read from the same text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sentence, as far as it states something."""

    text: str
    """What it states, without its citations."""
    sentence: str
    """The whole sentence, with the citations that it ends with."""


def read_claims(text: str) -> Sequence[Claim]:
    """Sentences of an answer that evidence can support or deny.

    `Yes.` says nothing, and that the documents do not tell is no claim about the world: no evidence
    supports it. A clause that says so is left out, and what stands beside it is a claim. Whether it
    was right to decline is for `Abstention` and the correctness of answers to say.
    """
    sentences = split(text)
    stated = (CITATION.sub("", one).strip() for one in without_silence(sentences))
    return tuple(
        Claim(text=one, sentence=sentence)
        for one, sentence in zip(stated, sentences, strict=True)
        if says_something(one)
    )


def claimed(text: str) -> tuple[str, ...]:
    """What the sentences of an answer state, without their citations.

    >>> claimed("Yes. The ferry leaves at 7.40 [2]. The documents do not say from where.")
    ('The ferry leaves at 7.40 .',)
    """
    return tuple(one.text for one in read_claims(text))
