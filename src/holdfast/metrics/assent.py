"""Assent: whether a reference answer, or an answer, says yes or no."""

import re

from holdfast.metric import Score
from holdfast.verifying.polarity import negations
from holdfast.verifying.sentences import split
from holdfast.verifying.words import WORDS_VERSION, tokens

__all__ = ["ASSENT_VERSION", "opening_assent", "read_assent", "restated_assent", "score_assent"]

ASSENT_VERSION = f"1-words-{WORDS_VERSION}"
"""Raised whenever another assent may be read from the same text."""

_DECIDED = re.compile(r"\W*(yes|no)\b(?!\.\s*\d)\s*(?:[.,;:!(*\"”]|\s[–—-]\s|$)", re.IGNORECASE)
_PREAMBLE = re.compile(
    r"[\W_]*(?:(?:the\s+|short\s+)*answer\s*(?:is\b|:)|answer\b\s*[:\"]+)?[\W_]*", re.IGNORECASE
)
_NEITHER = re.compile(
    r"(?:yes and no|no (?:problem|doubt|worries)|not only"
    r"|no[tr]? (?:later|more|less|fewer|sooner|earlier|longer|further|other) than|no\.?\s*\d)\b",
    re.IGNORECASE,
)
_NO = re.compile(
    r"(?:no|nope|not|never|nobody|none|neither|by no means|on no account"
    r"|(?:certainly|of course|absolutely|definitely|surely) not)\b"
    r"|(?:false|incorrect|wrong)\b\s*(?:[.,;:!]|$)",
    re.IGNORECASE,
)
_YES = re.compile(
    r"(?:yes|yeah|yep|indeed|certainly|of course|absolutely|definitely)\b"
    r"|(?:true|correct|right|sure)\b\s*(?:[.,;:!]|$)",
    re.IGNORECASE,
)


def read_assent(reference: str) -> bool | None:
    """What a reference answer decides by its first word; None where it is no yes and no no.

    >>> read_assent("Yes; since 2025."), read_assent("No."), read_assent("No alarm existed.")
    (True, False, None)
    """
    found = _DECIDED.match(reference)
    return found[1].casefold() == "yes" if found else None


def opening_assent(answer: str) -> bool | None:
    """What an answer says first, where that is yes or no in one of the usual words.

    >>> opening_assent("**No**, never."), opening_assent("No later than Monday.")
    (False, None)
    """
    start = _PREAMBLE.match(answer)
    said = answer[start.end() :] if start else answer
    if _NEITHER.match(said):
        return None
    return False if _NO.match(said) else True if _YES.match(said) else None


def restated_assent(answer: str, *, question: str) -> bool | None:
    """What an answer says that begins with yes or no, or that repeats the question as a statement.

    It repeats the question where its first sentence holds half of the question's content words or
    more, and then it says no where it negates one of them. Of a question that is itself negated
    nothing is read.

    >>> restated_assent("You may not keep a gift.", question="May I keep a gift?")
    False
    """
    opening = opening_assent(answer)
    if opening is not None:
        return opening
    asked, first = tokens(question), tokens(next(iter(split(answer)), ""))
    wanted = {one.stem for one in asked if one.content}
    shared = wanted & {one.stem for one in first if one.content}
    if negations(asked) or not wanted or 2 * len(shared) < len(wanted):
        return None
    return not any(one.around & wanted for one in negations(first))


def score_assent(*, told: bool | None, decided: bool) -> Score:
    """The score of an answer that is worth what its yes or no is worth."""
    words = {True: "yes", False: "no", None: "neither yes nor no"}
    why = f"says {words[told]} where the reference says {words[decided]}"
    return Score(float(told is decided), why)
