"""Declining: what a system says where its documents do not tell, and how a model says it."""

import re

from systems.rag.answering.citations import read_citations

__all__ = ["UNTOLD", "declines"]

UNTOLD = "The documents do not tell."
"""What is said where no passage holds the answer; prompts ask models for this very sentence."""

_PHRASES = re.compile(
    r"\b(?:documents?|passages?|texts?|sources?|context|handbook)\b[^.]{0,40}?"
    r"\b(?:do(?:es)? not|don't|doesn't|cannot|can't)\s+"
    r"(?:tell|say|state|mention|specify|contain|provide|give|include|answer|describe|cover)"
    r"|\b(?:is|are) not (?:told|stated|mentioned|given|specified|provided|found) (?:in|by)\b"
    r"|\bno (?:passage|document|source|information|mention)\b"
    r"|\bI (?:do not|don't|cannot|can't|am unable to|am not able to)\s+"
    r"(?:know|tell|say|find|answer|determine)",
    re.IGNORECASE,
)


def declines(text: str) -> bool:
    """Whether an answer says that the documents do not tell; one that cites a passage does not.

    >>> declines("The passages do not say when."), declines("It does not mention rent [2].")
    (True, False)
    """
    if read_citations(text, count=0).unknown:
        return False
    return not text.strip() or bool(_PHRASES.search(text))
