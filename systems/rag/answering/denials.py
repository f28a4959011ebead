"""Denials: the wordings in which a clause says that documents do not tell."""

import re

__all__ = ["DENIALS_VERSION", "is_aside", "is_denial", "without_opening"]

DENIALS_VERSION = "1"
"""Raised whenever another clause may count as a denial."""

_ADJECTIVE = (
    r"(?:provided|given|available|supplied|retrieved|numbered|above|quoted|cited|listed|shown|"
    r"current|attached|following|other|relevant|company(?:['’]s)?|search)"
)
_NOUN = (
    r"(?:documents?|documentation|passages?|texts?|sources?|context|handbook|excerpts?|extracts?|"
    r"snippets?|materials?|results?)"
)
_AFTER = (
    r"(?:\s+\d+(?:\s*(?:,|and|or|to|-)\s*\d+)*)?"
    r"(?:,?\s+(?:provided|given|above|below|here|supplied|shown|retrieved|at hand|themselves|"
    r"(?:of|in|from) the (?:handbook|documents|context)|"
    r"(?:that |which )?(?:I|you|we) (?:have|had|gave|can see|(?:was|were|have been|am) (?:given|"
    r"shown)"
    r"|provided|have given)(?: me)?),?)?"
)
_DOCUMENTS = (
    rf"(?:(?:(?:all|both|any) (?:of )?)?(?:the|these|those|this|your|our|my)\s+)?"
    rf"(?:(?:{_ADJECTIVE}\s+)*{_NOUN}|(?:{_ADJECTIVE}\s+)+information){_AFTER}"
)
_HOW = (
    r"(?:(?:actually|explicitly|directly|clearly|specifically|really|also|even|ever|currently|"
    r"precisely|exactly|simply|further|anywhere|yet|seem to|appear to|in fact)\s+)*"
)
_NOT = (
    r"(?:(?:do|does|did|can|could|would|will) not|(?:do|does|did|could|would)n['’]t|can['’]t|"
    r"cannot)"
)
_TELL = (
    r"(?:tell|say|state|mention|specify|specifies|indicate|disclose|reveal|answer|address|clarify|"
    r"clarifies|explain|discuss|note|touch on|speak (?:of|about)|refer to|make (?:any )?mention|"
    r"make (?:it )?clear|talk about|settle|go into)"
)
_HOLD = (
    r"(?:contain|include|give|provide|have|hold|show|offer|cover|list|name|identify|identifies|"
    r"record|describe|define|detail|supply|supplies|establish)"
)
_NEWS = (
    r"(?:information|info|details?|answers?|mention|indication|references?|guidance|statements?|"
    r"explanation|description|anything|specifics)"
)
_SOME = (
    r"(?:(?:any|enough|sufficient|the|this|that|specific|further|more|an?|explicit|direct|relevant|"
    r"such|clear|exact|concrete|useful|necessary|needed)\s+)*"
)
_TOLD = (
    r"(?:told|said|stated|mentioned|specified|indicated|disclosed|revealed|answered|addressed|"
    r"clarified|explained|discussed|documented|clear|known)"
)
_HELD = (
    r"(?:given|provided|found|contained|included|covered|listed|named|recorded|described|defined|"
    r"available|part|present|detailed|identified|shown)"
)
_ISNT = (
    r"(?:(?:is|are|was|were|has been|have been) (?:not|never|nowhere)|"
    r"(?:is|are|was|were|has|have)n['’]t(?: been)?)"
)
_BY = r"(?:in|by|within|from|among|with|using|on the basis of|based on|anywhere in|of)"
_FIND = (
    r"(?:answered|found|determined|told|said|inferred|derived|known|established|deduced|read|seen|"
    r"identified|stated)"
)
_KNOW = (
    r"(?:know|tell|say|find|answer|determine|see|give|provide|confirm|help|locate|identify|infer|"
    r"derive|state|work out|be (?:sure|certain)|comment|assist|verify)"
)
_MY = (
    r"I(?:['’](?:m|ve))?(?: am| was| have| had)?(?: been)?\s+(?:afraid\s+(?:that\s+)?I\s+)?"
    rf"(?:{_HOW}(?:unable to|not able to|not in a position to)|{_NOT}|was(?:n['’]t| not) able to)"
)
_END = r"[\s\W]*$"

_STRONG = re.compile(
    rf"{_DOCUMENTS}\s+{_HOW}(?:{_NOT}\s+{_HOW}|fails? to\s+|never\s+){_TELL}s?\b"
    rf"|{_DOCUMENTS}\s+{_HOW}(?:{_NOT}\s+{_HOW}|fails? to\s+|never\s+){_HOLD}s?\s+{_SOME}{_NEWS}\b"
    rf"|{_DOCUMENTS}\s+{_HOW}(?:{_TELL}|{_HOLD}|makes?)s?\s+(?:(?:us|me|you)\s+)?"
    rf"(?:nothing|neither|no {_SOME}{_NEWS})\b"
    rf"|{_DOCUMENTS}\s+{_HOW}{_TELL}s?\s+no\s"
    rf"|{_DOCUMENTS}\s+(?:is|are|remains?|keeps?|stays?)\s+{_HOW}(?:silent|unclear|not clear|vague|"
    rf"quiet|not (?:sufficient|enough)|insufficient)\b"
    rf"|{_DOCUMENTS}\s+(?:lacks?|leaves? (?:it|this|that|the question|the matter)?\s*(?:open|"
    rf"unsaid|"
    rf"unanswered|unclear))\b"
    rf"|(?:none|neither|no one|not one|nothing)\s+(?:of|in|from)\s+{_DOCUMENTS}\s+{_HOW}"
    rf"(?:{_TELL}|{_HOLD}s?\s+{_SOME}{_NEWS}|(?:is|are) about)s?\b"
    rf"|(?:no|neither)\s+(?:{_ADJECTIVE}\s+)*{_NOUN}{_AFTER}\s+{_HOW}"
    rf"(?:{_TELL}s?\b|{_HOLD}s?\s+{_SOME}{_NEWS}\b)"
    rf"|.*\b{_ISNT}\s+{_HOW}{_TOLD}\s+{_HOW}(?:anywhere\s+|"
    rf"explicitly\s+)?{_BY}\s+{_DOCUMENTS}{_END}"
    rf"|.*\b(?:cannot|can['’]t|can not|could not) {_HOW}be "
    rf"{_HOW}{_FIND}\b.*?\b{_BY}\s+{_DOCUMENTS}{_END}"
    rf"|(?:not|nowhere) {_HOW}(?:{_TOLD}|{_HELD}) {_BY}\s+{_DOCUMENTS}{_END}"
    rf"|(?:.*\b(?:is|are|was|were|stands?|remains?) )?(?:not|nowhere) (?:to be found )?in "
    rf"{_DOCUMENTS}{_END}"
    rf"|nowhere (?:do|does|in) {_DOCUMENTS}\b"
    rf"|.*\b(?:is|are|remains?) (?:unclear|unknown|uncertain|not clear) {_BY}\s+{_DOCUMENTS}{_END}"
    rf"|there(?:['’]s| is| are| was| were| seems to be| appears to be)\s+(?:nothing|(?:no|not "
    rf"(?:any|"
    rf"enough)|insufficient) {_SOME}(?:{_NEWS}|data|evidence|"
    rf"context))\b.*\b{_BY}\s+{_DOCUMENTS}{_END}"
    rf"|(?:nothing|no {_SOME}{_NEWS})\b.*\b(?:in|by|within|from)\s+{_DOCUMENTS}{_END}"
    rf"|{_MY}\s+{_HOW}{_KNOW}\b"
    rf"|I\s+(?:{_NOT}\s+(?:currently\s+)?have|have no|lack|found no|see no|find no|had "
    rf"no)\s+{_SOME}"
    rf"(?:{_NEWS}|idea|knowledge|data|access|context|evidence|passage)\b"
    r"|I(?:['’]m| am)\s+(?:not|un)\s*(?:sure|certain|aware)\b|I (?:know|found|find|see) nothing\b",
    re.IGNORECASE,
)
"""They speak of the documents, or of the speaker, and mean the same with a citation behind them."""

_WEAK = re.compile(
    rf"{_DOCUMENTS}\s+{_HOW}(?:{_NOT}\s+{_HOW}|fails? to\s+|never\s+){_HOLD}s?\b"
    rf"|{_DOCUMENTS}\s+{_HOW}{_HOLD}s?\s+no\s"
    rf"|(?:none|neither) of {_DOCUMENTS}\s+{_HOW}{_HOLD}s?\b"
    rf"|(?:no|neither)\s+(?:{_ADJECTIVE}\s+)*{_NOUN}{_AFTER}\s+{_HOW}{_HOLD}s?\b"
    rf"|.*\b{_ISNT}\s+{_HOW}{_HELD}\s+(?:anywhere\s+)?{_BY}\s+{_DOCUMENTS}{_END}"
    rf"|.*\b{_ISNT}\s+{_HOW}{_TOLD}{_END}"
    rf"|.*\b(?:cannot|can['’]t|can not|could not) {_HOW}be {_HOW}"
    rf"(?:answered|determined|told|said|inferred|known|established|deduced){_END}"
    rf"|(?:it|this|that|the answer)\s+(?:is|remains)\s+(?:unclear|unknown|uncertain)\b"
    rf"|(?:it|this|that)\s+{_ISNT}\s+{_TOLD}\s+(?:who|what|when|where|whether|why|how|if|which|"
    rf"that)\b"
    rf"|(?:(?:not (?:stated|mentioned|specified|told|known|documented|disclosed|indicated|"
    rf"answerable)|"
    rf"unknown|unclear|no (?:information|info|answer|mention|details)(?: found| available)?"
    rf"|n/?a|n\.a\.){_END})"
    rf"|there(?:['’]s| is| are| was| were)\s+(?:no|not (?:any|enough)|insufficient)\s+{_SOME}"
    rf"(?:information|info|mention|indication|details?)(?:{_END}|\s+(?:about|on|of|regarding|"
    rf"concerning|as to|to|that|whether|available|given|provided|here|for)\b)"
    rf"|(?:no|insufficient|not enough|too little) {_SOME}(?:information|mention|details?|context|"
    rf"answer)"
    rf"\b(?:\s+(?:about|on|of|regarding|concerning|as to|to (?:answer|tell|say|determine|know))\b"
    rf"|\s+(?:is|are|was|were|can be|could be) (?:given|provided|found|available|made|stated|"
    rf"included)(?:{_END}|\s+(?:about|on|of|regarding|concerning|here)\b))"
    rf"|nothing (?:is|was) (?:said|stated|told|mentioned|known)\b"
    rf"|we {_NOT} (?:know|tell|say)\b",
    re.IGNORECASE,
)
"""They may be facts, too: with a citation they are what a passage says."""

_LATER = re.compile(
    rf"(?:(?:they|it|these|this|all of them|and|but)\s+)*{_HOW}{_NOT}\s+{_HOW}{_TELL}s?\b"
    rf"|(?:(?:they|these|all of them|and|but)\s+)*{_HOW}{_NOT}\s+{_HOW}{_HOLD}s?\b"
    r"|(?:(?:they|it|these|this|and|but)\s+)*(?:not|never|nothing|nor)\b",
    re.IGNORECASE,
)
"""Said of the documents where they were spoken of before."""

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
    rf"checking)) {_DOCUMENTS}(?:\s+alone)?|as far as (?:I|we) (?:can (?:see|tell)|know)|"
    rf"to (?:my|the best of my) knowledge|as an? (?:AI|language model|assistant)[^,]*|"
    rf"I (?:think|believe|see|notice|find)(?: that)?(?= {_DOCUMENTS})|"
    rf"(?:the )?(?:answer|response|A)(?:\s*:|(?= {_DOCUMENTS})))(?=\W|$)[\s,:;.]*",
    re.IGNORECASE,
)

_ASIDE = re.compile(
    rf"(?:please|sorry|my apologies|I apologi[sz]e|let me know|feel free|thanks?\b|thank you|"
    rf"I (?:would |['’]d )?(?:need|suggest|recommend|advise|hope)|I can only|"
    rf"(?:ask|contact|check|consult|refer to|try|see|look (?:at|in|into|up))\b|"
    rf"(?:you|one) (?:may|might|could|can|should|will|would|must|have to|need to)\s+(?:(?:want|"
    rf"need|wish|"
    rf"like|have) to )?(?:ask|contact|check|consult|look|refer|reach|try|turn|speak|provide|"
    rf"verify)|"
    rf"if you\b.*\b(?:let me know|tell me|I can|I['’]?ll|ask|share|provide)|(?:could|can|would) "
    rf"you\b|"
    rf"(?:more|further|additional) (?:information|context|details?) (?:is|are|would|may|might)|"
    rf"{_DOCUMENTS}\s+(?:all |only |merely |just |do |does )*(?:mention|describe|discuss|cover|"
    rf"refer|deal|"
    rf"talk|speak|concern|focus|relate|address|contain|list|include|are about|is about)"
    rf"(?:e?s)?\b|{_DOCUMENTS}\s+(?:only|merely|just)\b)",
    re.IGNORECASE,
)
_ASIDE_LATER = re.compile(
    r"(?:they|it|these|this|all of them)\s+(?:all |do |does )*(?:only\b|merely\b|just\b|"
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


def is_denial(clause: str, *, cited: bool, about: bool) -> bool:
    """Whether a clause says that documents do not tell, or that the speaker does not know.

    Args:
        clause: without its citations and its opening.
        cited: it cites a passage, so that what may be a fact is one.
        about: the documents were spoken of before it.
    """
    if _STRONG.match(clause):
        return True
    return not cited and bool(_WEAK.match(clause) or (about and _LATER.match(clause)))


def is_aside(clause: str, *, about: bool) -> bool:
    """Whether a clause answers nothing: an excuse, advice, or what else the documents are about."""
    return bool(_ASIDE.match(clause) or (about and _ASIDE_LATER.match(clause)))
