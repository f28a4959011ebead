"""Personal: data about people in a text, as far as their form gives them away."""

import re
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "PERSONAL_VERSION",
    "Personal",
    "PersonalKind",
    "find_personal",
    "valid_card",
    "valid_iban",
]

PersonalKind = Literal["e-mail", "telephone", "bank account", "card", "address", "birth date"]

PERSONAL_VERSION = "4"
"""Raised whenever the same text gives other findings."""

_AT = r"(?:\s?@\s?|%40|\s?[(\[{<]\s?at\s?[)\]}>]\s?)"
_SPELT = r"(?:\s\.\s|\s?[(\[{<]\s?(?:dot|punkt|point)\s?[)\]}>]\s?|\sdot\s)"
# A bare "at" makes an address only before a dot in words, and not after "find us".
_EMAIL = re.compile(
    r"(?<![\w.+-])(?!(?:us|me|it|is|are|look|found|see|shop|page|site|online|here|available)\sat\s)"
    rf"([\w.+-]{{1,64}}(?:{_SPELT}[\w.+-]{{1,64}})?)"
    rf"(?:{_AT}(?:[\w-]{{1,63}}(?:\.|{_SPELT})){{1,8}}"
    rf"|\sat\s(?!(?:the|an?|this|that|each|every|one)\s)(?:[\w-]{{1,63}}{_SPELT}){{1,8}})"
    r"[a-z]{2,24}(?![^\W_])",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"^(?:info|support|help|helpdesk|contact|office|service|services|sales|security|orders|returns|"
    r"press|hello|team|desk|accounts|billing|records|hr|jobs|privacy|no-?reply|admin|enquiries|"
    r"reception|import|import-desk|stockroom|duty|quality|compliance|legal|marketing|finance|it|"
    r"operations|dispatch|depot|claims|refunds|warranty|training|safety|news|newsletter|webmaster|"
    r"postmaster|feedback|complaints|careers|logistics|warehouse|lab|calibration)(?:[-_.+]\w+)?$"
    r"|^\w+[-_.](?:team|desk|office|support|group|list)$",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\w.,-])(?:\+|00)?\(?\d[\d ()/.\u2010-\u2015-]{6,18}\d(?![\w-]|[.,]\d)"
    r"|(?<![\w.,-])\+?\d(?: \d){6,14}(?! ?\w)"
)
_NO_PERSON = re.compile(r"(?:19|20)\d\d ?[\u2010-\u2015-] ?(?:19|20)\d\d$|0800\b")
"""Years from and to, and a number that costs nothing to call."""
_PHONE_WORD = re.compile(
    r"\b(?:tel(?:ephone|efon)?|handy(?=[ :]+\+?[\d(])|(?:his|her|my|their) number|phone|mobile|mob|"
    r"cell|call|calls|ring|rings|reach(?:ed|able)?|dial|text|sms|"
    r"whatsapp)\b",
    re.IGNORECASE,
)
_OFFICE_WORD = re.compile(
    r"\b(?:hotline|help ?desk|switchboard|reception|front desk|duty desk|emergency|office|support|"
    r"stockroom|public|toll-free)\b",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(
    r"\b(?:article|serial|reference|ticket|order|invoice|build|version|code|file|lot|part|batch|item|"
    r"ean|isbn|sheet|cell|certificate|units?)\b(?:\s+(?:numbers?|no\.?|nr\.?|code|is|was|the|has|of))*"
    r"[\s:#]*$",
    re.IGNORECASE,
)
"""Before a number that names a thing."""
_OUR_ACCOUNT = re.compile(r"\bour (?:bank )?account\b[^.\n]{0,30}$", re.IGNORECASE)
_DATE = re.compile(r"(?:19|20)\d\d-\d\d-\d\d(?!\d)")
# Ahead, so that what is none, such as "No 12", does not swallow one that follows.
_IBAN = re.compile(
    r"\b(?=([a-z][ .*-]{0,3}[a-z][ .*-]{0,3}\d[ .*-]{0,3}\d(?:[ .*-]{0,3}[a-z0-9]){11,30}))",
    re.IGNORECASE,
)
_CARD = re.compile(
    r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])|(?<![\w.-])\d{4}(\.|  )\d{4}\1\d{4}\1\d{4}(?![\w-])"
)
_STREET = re.compile(
    r"\b\d{1,4}[a-z]?,? (?:[A-Z][\w'-]+ ){1,3}(?:Street|St|Road|Rd|Lane|Avenue|Ave|Square|Close|"
    r"Drive|"
    r"Way|Court|Terrace|Row|Place|Crescent|Hill|Quay|Mews|Green|Walk)\b"
    r"|\b[A-Z][\w-]{0,40}(?:straat|laan|weg|straße|strasse|gasse|plein|gracht|vej|gatan) \d{1,4}\b"
    r"|\b(?:[Rr]ue|[Vv]ia|[Cc]alle) (?:[a-zA-Z]+ ){0,3}[A-Z]\w+,? \d{1,4}\b",
)
_HOME = re.compile(
    r"\b(?:lives?|home|private|resid\w+|apartment|flat|house|moved to|stays? at|address)\b",
    re.IGNORECASE,
)
_LIVES = re.compile(
    r"\b(?:lives?|home address|private|resid\w+|apartment|flat|stays? at)\b", re.IGNORECASE
)
_PREMISES = re.compile(
    r"\b(?:depot|plant|office|shop|factory|company|site|warehouse|showroom|branch|hall|visitors|"
    r"home page)\b",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    r"\b(?:born|birth ?day|dob|date of birth|birth(?! of (?:the|our|an?)\b)|geboren|geburts(?:tag|"
    r"datum)|née? le|nacid[oa])\b(?:(?!,? and |;)[^.\n]){0,30}?\b(?:"
    r"\d{1,2}(?:st|nd|rd|th|\.)? \w+,? \d{4}|[a-z]+ \d{1,2}(?:st|nd|rd|th)?,? \d{4}|"
    r"\d{4}-\d{2}-\d{2}|"
    r"\d{1,2}[./]\d{1,2}[./]\d{2,4})",
    re.IGNORECASE,
)
_LINE = re.compile(r"(?<=[.!?])(?<!\bTel\.)(?<!\btel\.)(?<!\bMob\.)\s+|\n")
_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BI": 27, "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27,
    "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27,
    "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HN": 28, "HR": 21, "HU": 28,
    "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28,
    "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22,
    "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23,
    "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24,
    "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25, "SV": 28,
    "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}  # fmt: skip
"""Length of an IBAN by country (SWIFT's registry)."""


@dataclass(frozen=True, slots=True)
class Personal:
    """Something about a person."""

    kind: PersonalKind
    text: str


def find_personal(text: str) -> tuple[Personal, ...]:
    """What a text tells about people: e-mail, telephone, bank account, card, address, birth date.

    Addresses of an office are nobody's, such as `support@` and a hotline's number. Account and card
    numbers count only where their checksum is right, so a serial number is none; an address only
    beside a word such as *lives*. A number that names an invoice or a part is none either.

    >>> find_personal("Her account is NL91 ABNA 0417 1643 00.")
    (Personal(kind='bank account', text='NL91 ABNA 0417 1643 00'),)
    """
    spans = _spans(text)
    found = [Personal(kind, text[begin:end]) for kind, begin, end in spans]
    # Without them, so that no part of a bank account is a telephone number as well.
    rest = list(text)
    for _, begin, end in spans:
        rest[begin:end] = " " * (end - begin)
    for line in _LINE.split("".join(rest)):
        if _HOME.search(line) and (_LIVES.search(line) or not _PREMISES.search(line)):
            found += [Personal("address", match[0]) for match in _STREET.finditer(line)]
        found += _phones(line)
    return tuple(found)


def _spans(text: str) -> list[tuple[PersonalKind, int, int]]:
    """Kind, beginning and end of what has a form that is read across lines."""
    found: list[tuple[PersonalKind, int, int]] = [
        ("e-mail", *match.span()) for match in _EMAIL.finditer(text) if not _OFFICE.match(match[1])
    ]
    for match in _IBAN.finditer(text):
        begin = match.start()
        if (held := _account(match[1])) and not _OUR_ACCOUNT.search(
            text, max(0, begin - 80), begin
        ):
            found.append(("bank account", begin, begin + len(held)))
    found += [
        ("card", *match.span())
        for match in _CARD.finditer(text)
        if valid_card(match[0]) and not _names_a_thing(text, match.start())
    ]
    found += [("birth date", *match.span()) for match in _BIRTH.finditer(text)]
    return found


def _phones(line: str) -> list[Personal]:
    if _OFFICE_WORD.search(line):
        return []
    named = bool(_PHONE_WORD.search(line))
    return [
        Personal("telephone", match[0])
        for match in _PHONE.finditer(line)
        if _is_phone(match[0], named=named)
        and (match[0].startswith("+") or not _names_a_thing(line, match.start()))
    ]


def _names_a_thing(text: str, at: int) -> bool:
    """Whether the words before a number say that it belongs to an invoice, a part or the like."""
    return bool(_IDENTIFIER.search(text[max(0, at - 40) : at]))


def _is_phone(text: str, *, named: bool) -> bool:
    """Whether digits are a telephone number: by a plus in front, or by a word that says so."""
    digits = sum(one.isdigit() for one in text)
    if _DATE.match(text) or _NO_PERSON.match(text) or not 7 <= digits <= 15:
        return False
    return text.startswith(("+", "00")) or named


def _account(text: str) -> str:
    """The IBAN at the beginning of a text; empty where there is none."""
    at = [place for place, one in enumerate(text) if one.isalnum()]
    length = _LENGTHS.get("".join(text[place] for place in at[:2]).upper(), 0)
    if not 0 < length <= len(at):
        return ""
    held = text[: at[length - 1] + 1]
    # Words that happen to have the checksum are mixed in case, or mostly letters.
    digits = sum(one.isdigit() for one in held)
    written = (held.isupper() or held.islower()) and 2 * digits >= length
    return held if written and valid_iban(held) else ""


def valid_iban(text: str) -> bool:
    """Whether an account number has the length and the checksum of ISO 13616.

    >>> valid_iban("GB82 WEST 1234 5698 7654 32"), valid_iban("GB83 WEST 1234 5698 7654 32")
    (True, False)
    """
    bare = "".join(one for one in text if one.isalnum()).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", bare):
        return False
    if len(bare) != _LENGTHS.get(bare[:2], len(bare)):
        return False
    moved = bare[4:] + bare[:4]
    return int("".join(str(int(one, 36)) for one in moved)) % 97 == 1


def valid_card(text: str) -> bool:
    """Whether 13 to 19 digits have the checksum of ISO/IEC 7812 (Luhn).

    >>> valid_card("4111 1111 1111 1111"), valid_card("4111 1111 1111 1112")
    (True, False)
    """
    digits = [int(one) for one in text if one.isdigit()]
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = [
        digit if at % 2 == 0 else sum(divmod(2 * digit, 10))
        for at, digit in enumerate(reversed(digits))
    ]
    return sum(doubled) % 10 == 0
