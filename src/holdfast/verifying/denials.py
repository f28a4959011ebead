"""Denials: the wordings in which a clause says that documents do not tell."""

import re

__all__ = [
    "DENIALS_VERSION",
    "DOCUMENTS",
    "is_denial",
    "is_silence",
    "names_documents",
]

DENIALS_VERSION = "3"
"""Raised whenever another clause may count as a denial or as silence."""


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
DOCUMENTS = re.compile(_DOCUMENTS, re.IGNORECASE)
"""How the documents that a reader was shown are named."""
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
_RULED = (
    rf"(?!(?:(?!\b(?:{_ASKS}|whose|whom)\b)[^,;])*?\b(?:is|are|was|were|be|may|must|can|shall|should|"
    r"will|would|has|have|needs?|appl(?:y|ies))\b)"
)
"""No finite verb follows: in `the documents say no dogs are allowed` they do say something."""
_MATTER = rf"(?:{_END}|,? (?:about|on|regarding|concerning|as to|for|to|{_ASKS})\b)"

_STRONG = _any(
    rf"{_DOCUMENTS} {_HOW}{_FAIL}{_TELL}s?\b",
    rf"{_DOCUMENTS} {_HOW}{_FAIL}{_HOLD}s? {_SOME}{_NEWS}\b",
    rf"{_DOCUMENTS} {_HOW}(?:{_TELL}|{_HOLD}|make)s? (?:(?:us|me|you) )?(?:nothing|neither)\b"
    rf"{_RULED}",
    rf"{_DOCUMENTS} {_HOW}(?:{_TELL}|{_HOLD}|make)s? (?:(?:us|me|you) )?no {_SOME}{_NEWS}\b"
    rf"{_RULED}",
    rf"{_DOCUMENTS} {_HOW}{_TELL}s? no (?!more |less |fewer ){_RULED}",
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
    rf"(?!what\b).*\b{_CANNOT} {_HOW}be {_HOW}{_FOUND}\b.*?\b{_BY} {_DOCUMENTS}{_MATTER}",
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

_UNTOLD = (
    rf"{_DOCUMENTS} {_HOW}{_FAIL}{_HOLD}s?\b",
    rf"{_DOCUMENTS} {_HOW}{_HOLD}s? no (?!more |less |fewer )",
    rf"{_NONE} of {_DOCUMENTS}(?:{_END}| {_HOW}{_HOLD}s?\b)",
    rf"(?:no|neither) (?:{_ADJECTIVE} )*{_NOUN}{_AFTER} {_HOW}{_HOLD}s?\b",
    rf".*\b{_ISNT} {_HOW}{_HELD} {_HOW}{_BY} {_DOCUMENTS}{_MATTER}",
    r"not (?:told|stated|mentioned|specified|known|documented|disclosed|indicated|answerable)"
    rf"{_END}",
    rf"(?:unknown|unclear|n/?a|n\.a\.){_END}",
    rf"{_LITTLE} {_SOME}(?:information|info|answer|mention|details?|context)"
    rf"(?: found| available| given)?{_END}",
    rf"{_LITTLE} {_SOME}(?:information|mention|details?|context|answer)"
    r" (?:is|are|was|were|can be|could be) (?:given|provided|found|available|made|stated|included)"
    rf"(?:{_END}| (?:about|on|of|regarding|concerning|here)\b)",
)
"""They mean the documents, whether they name them or not."""

_WEAK = _any(
    *_UNTOLD,
    rf".*\b{_ISNT} {_HOW}{_TOLD}{_END}",
    rf".*\b{_CANNOT} {_HOW}be {_HOW}{_FOUND}(?:{_END}| {_ASKS}\b)",
    r"(?:it|this|that|the answer) (?:is|remains) (?:unclear|unknown|uncertain)\b",
    rf"(?:it|this|that)(?: (?=\w))?{_ISNT} {_HOW}{_TOLD} {_ASKS}\b",
    rf"it is (?:not possible|impossible) to (?:{_HOW}{_KNOW})\b",
    rf"{_THERE} {_LITTLE} {_SOME}(?:information|info|mention|indication|details?)"
    rf"(?:{_MATTER}| (?:of|available|given|provided|here)\b)",
    rf"{_LITTLE} {_SOME}(?:information|mention|details?|context|answer)"
    r" (?:(?:about|on|of|regarding|concerning|as to)\b|to (?:answer|tell|say|determine|know)\b)",
    r"nothing (?:is|was) (?:said|stated|told|mentioned|known)\b",
    rf"we {_NOT} (?:know|tell|say)\b",
)
"""They may be facts, too: with a citation they are what a passage says."""

_REPORTED = r"(?:said|stated|mentioned|specified|indicated|documented)"
_SILENT = _any(
    *_UNTOLD,
    rf".*\b{_ISNT} {_HOW}{_REPORTED}{_END}",
    rf"(?:it|this|that)(?: (?=\w))?{_ISNT} {_HOW}{_REPORTED} {_ASKS}\b",
    rf"there(?:['’]s| is| are) {_LITTLE} {_SOME}(?:information|info|mention|details?)"
    rf"(?:{_MATTER}| (?:of|available|given|provided|here)\b)",
    rf"{_LITTLE} {_SOME}(?:information|mention|details?|context|answer)"
    r" (?:(?:about|on|of|regarding|concerning|as to)\b|to (?:answer|tell|say|determine|know)\b)"
    rf"{_RULED}",
    r"nothing (?:is|was) (?:said|stated|mentioned)\b",
)
"""Of the weak ones those that speak of a text; that a cause is unknown is a fact of the world."""

_PRONOUN = r"(?:they|it|these|this|all of them)"
_SILENT_LATER = _any(
    rf"{_PRONOUN} {_HOW}{_NOT} {_HOW}{_TELL}s?\b",
    rf"{_PRONOUN} {_HOW}{_NOT} {_HOW}{_HOLD}s? {_SOME}{_NEWS}\b",
)
_SILENT_ELIDED = _any(
    rf"{_HOW}{_NOT} {_HOW}(?:{_TELL}|{_HOLD})s?\b",
    rf"(?:not|nor|never|nothing) (?:its|their|any|about|{_ASKS})\b",
)

_LATER = _any(
    rf"(?:(?:they|it|these|this|all of them|and|but) )*{_HOW}{_NOT} {_HOW}{_TELL}s?\b",
    rf"(?:(?:they|these|all of them|and|but) )*{_HOW}{_NOT} {_HOW}{_HOLD}s?\b",
    r"(?:(?:they|it|these|this|and|but) )*(?:not|never|nothing|nor)\b",
)
"""Said of the documents where they were spoken of before."""


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


def is_silence(clause: str, *, cited: bool, spoken: bool, elided: bool) -> bool:
    """Whether a clause says of the documents that they do not tell, and nothing of the world.

    Stricter than `is_denial`, which reads answers that say nothing else: what might be a fact, such
    as `the cause is not known`, is none here.

    Args:
        clause: without its citations and its opening.
        cited: it cites a passage, so that what may be a fact is one.
        spoken: the documents were spoken of just before, so that `they` may be the documents.
        elided: they were in the same sentence, so that it may go on without naming them.
    """
    if _STRONG.match(clause):
        return True
    if cited:
        return False
    later = spoken and _SILENT_LATER.match(clause)
    return bool(_SILENT.match(clause) or later or (elided and _SILENT_ELIDED.match(clause)))


def names_documents(clause: str) -> bool:
    """Whether a clause begins with the documents, as its subject."""
    return bool(DOCUMENTS.match(clause))
