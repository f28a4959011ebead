"""Asides: excuses, conjunctions and advice, which answer nothing."""

import re

from holdfast.verifying.denials import DOCUMENTS

__all__ = ["is_aside", "without_opening"]

_DOCUMENTS = DOCUMENTS.pattern

_OPENING = re.compile(
    rf"\W*(?:unfortunately|regrettably|sadly|sorry|my apologies|apologies|however|but|and|so|yet|"
    rf"still|also|thus|therefore|hence|well|(?:please )?note that|"
    rf"I(?:['’]m| am) (?:very |so |really )?(?:sorry|afraid)(?: but)?(?: that)?|I apologi[sz]e|"
    rf"it (?:seems|appears|looks like)(?: that)?|because|since|as(?= {_DOCUMENTS})|although|though|"
    rf"even though|while|whereas|"
    rf"(?:based (?:only |solely )?on|according to|from|given|judging (?:by|from)|looking (?:at|"
    rf"through)|"
    rf"in|going by|on the basis of|with|having (?:read|checked|searched)|after (?:reading|"
    rf"reviewing|searching|"
    rf"checking)) {_DOCUMENTS}(?: alone)?|as far as (?:I|we) (?:can (?:see|tell)|know)|"
    rf"to (?:my|the best of my) knowledge|as an? (?:AI|language model|assistant)[^,]*|"
    rf"I (?:think|believe|see|notice|find)(?: that)?(?= {_DOCUMENTS})|"
    rf"(?:the )?(?:answer|response|A)(?:\s*:|(?= {_DOCUMENTS})))(?=\W|$)[\s,:;.]*",
    re.IGNORECASE,
)

_ASIDE = re.compile(
    rf"(?:please|sorry|my apologies|I apologi[sz]e|let me know|feel free|thanks?\b|thank you|"
    rf"I (?:would |['’]d )?(?:need|suggest|recommend|advise|hope)|I can only|"
    rf"(?:ask|contact|check|consult|refer to|try|see|look (?:at|in|into|up))\b|"
    rf"(?:you|one) (?:may|might|could|can|should|will|would|must|have to|need to) (?:(?:want|"
    rf"need|wish|"
    rf"like|have) to )?(?:ask|contact|check|consult|look|refer|reach|try|turn|speak|provide|"
    rf"verify)|"
    rf"if you\b.*\b(?:let me know|tell me|I can|I['’]?ll|ask|share|provide)|(?:could|can|would) "
    rf"you\b|"
    rf"(?:more|further|additional) (?:information|context|details?) (?:is|are|would|may|might)|"
    rf"{_DOCUMENTS} (?:all |only |merely |just |do |does )*(?:mention|describe|discuss|cover|"
    rf"refer|deal|"
    rf"talk|speak|concern|focus|relate|address|contain|list|include|are about|is about)"
    rf"(?:e?s)?\b|{_DOCUMENTS} (?:only|merely|just)\b)",
    re.IGNORECASE,
)
_ASIDE_LATER = re.compile(
    r"(?:they|it|these|this|all of them) (?:all |do |does )*(?:only\b|merely\b|just\b|"
    r"(?:mention|describe|"
    r"discuss|cover|refer|deal|talk|speak|concern|focus|relate|address)(?:e?s)?\b)|it seems\W*$"
    r"|only\b",
    re.IGNORECASE,
)


def without_opening(clause: str) -> str:
    """The clause without excuses and conjunctions at its beginning.

    >>> without_opening("Unfortunately, I'm sorry, but they do not say.")
    'they do not say.'
    """
    while found := _OPENING.match(clause):
        clause = clause[found.end() :]
    return clause.strip()


def is_aside(clause: str, *, about: bool) -> bool:
    """Whether a clause answers nothing: an excuse, advice, or what else the documents are about."""
    return bool(_ASIDE.match(clause) or (about and _ASIDE_LATER.match(clause)))
