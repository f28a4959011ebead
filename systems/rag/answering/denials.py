"""Denials: the wordings in which a clause says that documents do not tell."""

import re

__all__ = ["DENIALS_VERSION", "is_aside", "is_denial", "without_opening"]

DENIALS_VERSION = "2"
"""Raised whenever another clause may count as a denial."""


def _any(*wordings: str) -> re.Pattern[str]:
    return re.compile("|".join(wordings), re.IGNORECASE)


_ADJECTIVE = (
    r"(?:provided|given|available|supplied|retrieved|numbered|above|quoted|cited|listed|shown|"
    r"current|attached|following|other|relevant|company(?:['’]s)?|search)"
)
_NOUN = (
    r"(?:documents?|documentation|passages?|texts?|sources|context|handbook|excerpts?|extracts?|"
    r"snippets?|materials?|results)"
)
_AFTER = (
    r"(?: \d+(?:\s*(?:,|and|or|to|-)\s*\d+)*)?"
    r"(?:,? (?:provided|given|above|below|here|supplied|shown|retrieved|at hand|themselves|"
    r"(?:of|in|from) the (?:handbook|documents|context)|"
    r"(?:that |which )?(?:I|you|we) (?:have|had|gave|can see|(?:was|were|have been|am) (?:given|"
    r"shown)"
    r"|provided|have given)(?: me)?),?)?"
)
_DOCUMENTS = (
    rf"(?:(?:(?:all|both|any) (?:of )?)?(?:the|these|those|this|your|our|my) )?"
    rf"(?:(?:{_ADJECTIVE} )*{_NOUN}|(?:{_ADJECTIVE} )+information){_AFTER}"
)
_HOW = (
    r"(?:(?:actually|explicitly|directly|clearly|specifically|really|also|even|ever|currently|"
    r"precisely|exactly|simply|further|anywhere|yet|seem to|appear to|in fact) )*"
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
    r"such|clear|exact|concrete|useful|necessary|needed) )*"
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
    r"(?:is|are|was|were|has|have)n['’]t(?: been)?|['’]s (?:not|never))"
)
_BY = (
    r"(?:anywhere )?"
    r"(?:in|by|within|from|among|with|using|on the basis of|based on|of)"
)
_FOUND = (
    r"(?:answered|found|determined|told|said|inferred|derived|known|established|deduced|read|seen|"
    r"identified|stated)"
)
_KNOW = (
    r"(?:know|tell|say|find|answer|determine|see|give|provide|confirm|help|locate|identify|infer|"
    r"derive|state|work out|be (?:sure|certain)|comment|assist|verify)"
)
_MY = (
    r"I(?:['’](?:m|ve))?(?: am| was| have| had)?(?: been)? (?:afraid (?:that )?I )?"
    rf"(?:{_HOW}(?:unable to|not able to|not in a position to)|{_NOT}|was(?:n['’]t| not) able to)"
)
_THERE = r"there(?:['’]s| is| are| was| were| seems to be| appears to be)"
_LITTLE = r"(?:no|not (?:any|enough)|not enough|insufficient|too little)"
_NONE = r"(?:none|neither|no one|not one|nothing)"
_CANNOT = r"(?:cannot|can['’]t|can not|could not|couldn['’]t)"
_FAIL = rf"(?:{_NOT} {_HOW}|fails? to |never )"
_ASKS = r"(?:who|what|when|where|which|whether|why|how|that|if)"
_END = r"[\s\W]*$"
_MATTER = rf"(?:{_END}|,? (?:about|on|regarding|concerning|as to|for|to|{_ASKS})\b)"

_STRONG = _any(
    rf"{_DOCUMENTS} {_HOW}{_FAIL}{_TELL}s?\b",
    rf"{_DOCUMENTS} {_HOW}{_FAIL}{_HOLD}s? {_SOME}{_NEWS}\b",
    rf"{_DOCUMENTS} {_HOW}(?:{_TELL}|{_HOLD}|make)s? (?:(?:us|me|you) )?(?:nothing|neither)\b",
    rf"{_DOCUMENTS} {_HOW}(?:{_TELL}|{_HOLD}|make)s? (?:(?:us|me|you) )?no {_SOME}{_NEWS}\b",
    rf"{_DOCUMENTS} {_HOW}{_TELL}s? no ",
    rf"{_DOCUMENTS} (?:is|are|remains?|keeps?|stays?) {_HOW}"
    r"(?:silent|unclear|not clear|vague|quiet)\b",
    rf"{_DOCUMENTS} (?:is|are) {_HOW}(?:not (?:sufficient|enough)|insufficient)\b",
    rf"{_DOCUMENTS} lacks?\b",
    rf"{_DOCUMENTS} leaves? (?:(?:it|this|that|the question|the matter) )?(?:open|un\w+)\b",
    rf"{_NONE} (?:of|in|from) {_DOCUMENTS} {_HOW}(?:{_TELL}|(?:is|are) about)s?\b",
    rf"{_NONE} (?:of|in|from) {_DOCUMENTS} {_HOW}{_HOLD}s? {_SOME}{_NEWS}\b",
    rf"(?:no|neither) (?:{_ADJECTIVE} )*{_NOUN}{_AFTER} {_HOW}{_TELL}s?\b",
    rf"(?:no|neither) (?:{_ADJECTIVE} )*{_NOUN}{_AFTER} {_HOW}{_HOLD}s? {_SOME}{_NEWS}\b",
    rf".*(?:\b{_ISNT} {_HOW}|^(?:not|nowhere) {_HOW})(?:{_TOLD}|given|provided|found|available) "
    rf"{_HOW}{_BY} {_DOCUMENTS}{_MATTER}",
    rf".*\b{_ISNT} in {_DOCUMENTS}{_END}",
    rf"{_DOCUMENTS} {_HOW}neither {_TELL}s?\b",
    rf"(?:not|nowhere) {_HOW}{_HELD} {_BY} {_DOCUMENTS}{_MATTER}",
    rf".*\b{_CANNOT} {_HOW}be {_HOW}{_FOUND}\b.*?\b{_BY} {_DOCUMENTS}{_MATTER}",
    rf"(?:.*(?:\b(?:is|are|was|were|stands?|remains?)|['’]s) )?(?:not|nowhere) (?:to be found )?in "
    rf"{_DOCUMENTS}{_END}",
    rf"nowhere (?:do|does|in) {_DOCUMENTS}\b",
    rf".*(?:\b(?:is|are|remains?)|['’]s) (?:not |un)(?:clear|known|certain) {_BY} "
    rf"{_DOCUMENTS}{_MATTER}",
    rf"(?:{_THERE} )?(?:nothing|{_LITTLE} {_SOME}(?:{_NEWS}|data|evidence|context))"
    rf"(?: (?:about|on|of|regarding|concerning) .*?)?"
    rf"(?: (?:is|are|was|were|can be|could be) (?:{_TOLD}|{_HELD}|made|to be found))?"
    rf" {_BY} {_DOCUMENTS}{_MATTER}",
    rf"no .*\b(?:is|are|was|were) (?:{_TOLD}|{_HELD}) {_BY} {_DOCUMENTS}{_END}",
    rf"{_MY} {_HOW}{_KNOW}\b",
    rf"I (?:{_NOT} {_HOW}have|have no|lack|found no|see no|find no|had no) {_SOME}"
    rf"(?:{_NEWS}|idea|knowledge|data|access|context|evidence|passage)\b",
    r"I(?:['’]m| am) (?:not |un)(?:sure|certain|aware)\b",
    r"I (?:know|found|find|see) nothing\b",
)
"""They speak of the documents, or of the speaker, and mean the same with a citation behind them."""

_WEAK = _any(
    rf"{_DOCUMENTS} {_HOW}{_FAIL}{_HOLD}s?\b",
    rf"{_DOCUMENTS} {_HOW}{_HOLD}s? no ",
    rf"{_NONE} of {_DOCUMENTS}(?:{_END}| {_HOW}{_HOLD}s?\b)",
    rf"(?:no|neither) (?:{_ADJECTIVE} )*{_NOUN}{_AFTER} {_HOW}{_HOLD}s?\b",
    rf".*\b{_ISNT} {_HOW}{_HELD} {_HOW}{_BY} {_DOCUMENTS}{_MATTER}",
    rf".*\b{_ISNT} {_HOW}{_TOLD}{_END}",
    rf".*\b{_CANNOT} {_HOW}be {_HOW}{_FOUND}(?:{_END}| {_ASKS}\b)",
    r"(?:it|this|that|the answer) (?:is|remains) (?:unclear|unknown|uncertain)\b",
    rf"(?:it|this|that)(?: (?=\w))?{_ISNT} {_HOW}{_TOLD} {_ASKS}\b",
    rf"it is (?:not possible|impossible) to (?:{_HOW}{_KNOW})\b",
    r"not (?:told|stated|mentioned|specified|known|documented|disclosed|indicated|answerable)"
    rf"{_END}",
    rf"(?:unknown|unclear|n/?a|n\.a\.){_END}",
    rf"{_LITTLE} {_SOME}(?:information|info|answer|mention|details?|context)"
    rf"(?: found| available| given)?{_END}",
    rf"{_THERE} {_LITTLE} {_SOME}(?:information|info|mention|indication|details?)"
    rf"(?:{_MATTER}| (?:of|available|given|provided|here)\b)",
    rf"{_LITTLE} {_SOME}(?:information|mention|details?|context|answer)"
    r" (?:(?:about|on|of|regarding|concerning|as to)\b|to (?:answer|tell|say|determine|know)\b)",
    rf"{_LITTLE} {_SOME}(?:information|mention|details?|context|answer)"
    r" (?:is|are|was|were|can be|could be) (?:given|provided|found|available|made|stated|included)"
    rf"(?:{_END}| (?:about|on|of|regarding|concerning|here)\b)",
    r"nothing (?:is|was) (?:said|stated|told|mentioned|known)\b",
    rf"we {_NOT} (?:know|tell|say)\b",
)
"""They may be facts, too: with a citation they are what a passage says."""

_LATER = _any(
    rf"(?:(?:they|it|these|this|all of them|and|but) )*{_HOW}{_NOT} {_HOW}{_TELL}s?\b",
    rf"(?:(?:they|these|all of them|and|but) )*{_HOW}{_NOT} {_HOW}{_HOLD}s?\b",
    r"(?:(?:they|it|these|this|and|but) )*(?:not|never|nothing|nor)\b",
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
