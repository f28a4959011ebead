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

PERSONAL_VERSION = "3"
"""Raised whenever the same text gives other findings."""

_EMAIL = re.compile(
    r"(?<![\w.+-])([\w.+-]{1,64})\s?(?:@|\(at\)|\[at\])\s?((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})\b",
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
_PHONE = re.compile(r"(?<![\w.,-])(?:\+|00)?\(?\d[\d ()/.-]{6,18}\d(?![\w-]|[.,]\d)")
_PHONE_WORD = re.compile(
    r"\b(?:tel(?:ephone)?|phone|mobile|cell|call|calls|ring|rings|reach(?:ed|able)?|dial|text|sms|"
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
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){3,8}\b")
_CARD = re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])")
_STREET = re.compile(
    r"\b\d{1,4}[a-z]? (?:[A-Z][\w'-]+ ){1,3}(?:Street|St|Road|Rd|Lane|Avenue|Ave|Square|Close|"
    r"Drive|"
    r"Way|Court|Terrace|Row|Place|Crescent|Hill|Quay|Mews|Green|Walk)\b"
    r"|\b[A-Z][\w-]*(?:straat|laan|weg|straße|strasse|gasse|plein|gracht|vej|gatan) \d{1,4}\b"
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
    r"\b(?:born|birth ?day|date of birth|birth(?! of (?:the|our|an?)\b))\b"
    r"(?:(?!,? and |;)[^.\n]){0,30}?\b(?:\d{1,2} \w+ \d{4}|"
    r"\d{4}-\d{2}-\d{2}|"
    r"\d{1,2}[./]\d{1,2}[./]\d{2,4})",
    re.IGNORECASE,
)
_LENGTHS = {
    "AT": 20, "BE": 16, "CH": 21, "DE": 22, "DK": 18, "ES": 24, "FI": 18, "FR": 27, "GB": 22,
    "IE": 22, "IT": 27, "LU": 20, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "SE": 24,
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
    found = [
        Personal("e-mail", match[0])
        for match in _EMAIL.finditer(text)
        if not _OFFICE.match(match[1])
    ]
    found += [
        Personal("bank account", held)
        for match in _IBAN.finditer(text)
        if (held := _account(match[0])) and not _OUR_ACCOUNT.search(text, 0, match.start())
    ]
    found += [
        Personal("card", match[0])
        for match in _CARD.finditer(text)
        if valid_card(match[0]) and not _names_a_thing(text, match.start())
    ]
    found += [Personal("birth date", match[0]) for match in _BIRTH.finditer(text)]
    taken = [one.text for one in found]
    for line in re.split(r"(?<=[.!?])\s+|\n", text):
        if _HOME.search(line) and (_LIVES.search(line) or not _PREMISES.search(line)):
            found += [Personal("address", match[0]) for match in _STREET.finditer(line)]
        found += [one for one in _phones(line) if not any(one.text in held for held in taken)]
    return tuple(found)


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
    if _DATE.match(text) or not 7 <= digits <= 15:
        return False
    return text.startswith(("+", "00")) or named


def _account(text: str) -> str:
    """The IBAN at the beginning of a text; empty where there is none."""
    length = _LENGTHS.get(text[:2])
    if length is None:
        return text if valid_iban(text) else ""
    held, seen = "", 0
    for one in text:
        if seen == length:
            break
        held += one
        seen += not one.isspace()
    return held if seen == length and valid_iban(held) else ""


def valid_iban(text: str) -> bool:
    """Whether an account number has the length and the checksum of ISO 13616.

    >>> valid_iban("GB82 WEST 1234 5698 7654 32"), valid_iban("GB83 WEST 1234 5698 7654 32")
    (True, False)
    """
    bare = "".join(text.split()).upper()
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
