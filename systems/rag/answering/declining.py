"""Declining: what a system says where its documents do not tell, and how a model says it."""

import re
from collections.abc import Iterator

from holdfast.verifying.asides import is_aside, without_opening
from holdfast.verifying.denials import DENIALS_VERSION, is_denial
from systems.rag.answering.citations import CITATIONS_VERSION, read_citations, without_citations
from systems.rag.answering.sentences import SENTENCES_VERSION, split_sentences

__all__ = ["DECLINING_VERSION", "UNTOLD", "declines", "refuses"]

UNTOLD = "The documents do not tell."
"""What is said where no passage holds the answer; prompts ask models for this very sentence."""

DECLINING_VERSION = (
    f"3-denials-{DENIALS_VERSION}-sentences-{SENTENCES_VERSION}-citations-{CITATIONS_VERSION}"
)
"""Raised whenever the same text may be read in another way."""

_WHOLE = re.compile(r"[\"“„'‘«]([^\"“”„«»]*)[\"”'’»][.!]?")
_QUOTED = re.compile(r"[\"“„«][^\"“”„«»]*[\"”»]")
_MARKUP = re.compile(r"[*_`#>]+|^\s*[-•]\s+", re.MULTILINE)
_NAMED = re.compile(
    r"\b((?:passage|document|source|excerpt|text)s?)(?:\s*(?:,|and|or)?\s*\[[\d\s,;–-]+\])+(?=\s+[a-z])"
)
"""Passages that a sentence speaks of by their numbers; it rests on them no more than on others."""
_REFUSAL = re.compile(
    r"\bI(?:['’]m| am)? (?:(?:can|could|will|do|must|may) ?not|(?:ca|could|wo|do)n['’]t|unable to|"
    r"not able to|not allowed to) (?:help|assist|comment|discuss|do (?:that|this|so))\b",
    re.IGNORECASE,
)
_LONGEST = 1000
"""Characters of a clause beyond which it is no decline, and would take long to be read."""
_BRACES = re.compile(r"[{}\"]")
_CLAUSE = re.compile(
    r"\s*;\s+|\s+[–—-]\s+|\s*—\s*"
    r"|,?\s+(?=(?:but|however|yet|although|though|whereas)\b)"
    r"|,\s+(?=(?:so|while|instead|only|except|it|they|there|I|you|we)\b)"
    r"|,\s+(?=and\s+(?:it|they|there|the|its|I|you|we|a|an|this|that)\b)"
    r"|\s+(?=and\s+(?:do|does|it|they|there|I|you|we)\b)"
)
_SUBORDINATE = re.compile(
    r"\W*(?:because|since|as|although|though|while|whereas|even though)\b", re.I
)


def declines(text: str) -> bool:
    """Whether an answer says that the documents do not tell, or that the speaker does not know.

    It does where some clause says so and no clause says anything else: what is told beside it is an
    answer that can be right or wrong, and is judged as one. Excuses and advice to ask elsewhere are
    no answers, unless they cite a passage; a leading yes or no is one. What other people or papers
    do not say is a fact. An empty answer tells nothing either.

    >>> declines("The passages do not say when."), declines("It does not mention rent [2].")
    (True, False)
    >>> declines("The documents do not say when, but it costs 5 euros [1]."), declines("No [1].")
    (False, False)
    """
    if not text.strip():
        return True
    denied, about = False, False
    for clause in _clauses(text):
        cited = bool(read_citations(clause, count=0).unknown)
        said = without_opening(" ".join(without_citations(clause).split()))
        if not re.search(r"\w", said):
            continue
        if len(said) > _LONGEST:
            return False
        if is_denial(said, cited=cited, about=about):
            denied = about = True
        elif is_aside(said, about=about) and not cited:
            about = True
        else:
            return False
    return denied


def refuses(text: str) -> bool:
    """Whether an answer declines because the speaker will not help, and not for want of knowledge.

    >>> refuses("I can't help with that."), refuses("I can't find that."), refuses(UNTOLD)
    (True, False, False)
    """
    return declines(text) and bool(_REFUSAL.search(text))


def _clauses(text: str) -> Iterator[str]:
    """The statements of a text; what it quotes is none of them."""
    plain = _NAMED.sub(r"\1", text.strip())
    if plain.startswith("{"):
        plain = _BRACES.sub(" ", plain).strip()
    whole = _WHOLE.fullmatch(plain)
    plain = whole[1] if whole else _QUOTED.sub("that", plain)
    for sentence in split_sentences(_MARKUP.sub("", plain)):
        for part in _CLAUSE.split(sentence):
            if _SUBORDINATE.match(part):
                yield from part.split(", ", 1)
            else:
                yield part
