"""Extraction: a record that a text tells, as JSON with the keys and the order asked for."""

import json
from collections.abc import Sequence
from dataclasses import replace

from holdfast.digest import Json
from systems.models.chat import Message
from systems.models.training import wording
from systems.models.training.attributes import opaque_key
from systems.models.training.chance import Chance
from systems.models.training.fields import Field, clashes, make_fields
from systems.models.training.lesson import Lesson, assistant, system, user
from systems.models.training.phrases import phrases
from systems.models.training.prose import text_of

__all__ = ["extraction"]


def _example(
    chance: Chance, fields: Sequence[Field], *, missing: float, kept: set[str]
) -> tuple[str, str]:
    """A text and the JSON that it should give; every value that is told is in both.

    Adds to `kept` the words that tell what a value is.
    """
    clauses: list[str] = []
    record: dict[str, Json] = {}
    for field in fields:
        if len(fields) > 1 and chance.maybe(missing):
            record[field.key] = [] if field.source[0] == "list" else None
            continue
        said, found = field.told(chance)
        clauses.append(said)
        kept |= field.meant(said, found)
        record[field.key] = found
    others = make_fields(chance, chance.upto(0, chance.one((0, 1, 1, 2))))
    for other in others:
        if not clashes(other, fields):
            said, found = other.told(chance)
            clauses.append(said)
            kept |= other.meant(said, found)
    chance.random.shuffle(clauses)
    return text_of(chance, clauses), json.dumps(record, ensure_ascii=False)


_ASKS = (
    "Extract the data as JSON with the keys {keys}.",
    "Return a JSON object with these keys in this order: {keys}.",
    "Read the text and answer with JSON only. Keys: {keys}.",
    "Give the fields {keys} of the text as JSON.",
    "Turn the text into JSON with {keys}.",
    "You extract records. Answer with one JSON object with the keys {keys} and nothing else.",
    "Extract {keys} from the message. Answer as JSON.",
    "Fill in this record as JSON: {keys}.",
    "Pull the following fields out of the user's text: {keys}. Reply with a JSON object.",
    "Which {keys} does the text give? Answer in JSON.",
    "Write down {keys} as a JSON object, keys in exactly this order.",
    "Extract information from the text. Use these keys: {keys}. Output JSON.",
)
_NULLS = (
    " Use null for what the text does not tell.", " Missing values are null.", " If a value is not given, write null.",
    " Null if unknown.", " Put null where the text says nothing.",
)  # fmt: skip
_SCHEMAS = (
    "Answer with JSON that satisfies this JSON Schema:\n{schema}",
    "Extract the data. JSON Schema of the answer:\n{schema}",
    "Return JSON that matches the schema.\nSchema: {schema}",
    "Read the text and fill in this JSON Schema:\n{schema}",
    "You extract records as JSON. They follow this schema: {schema}",
    "Output one JSON object. It must be valid under {schema}",
)
_BARE = (
    "Extract the data as JSON, as in the examples.", "Answer as in the examples.", "Turn the text into JSON.",
    "Follow the examples and answer with JSON.", "Extract the record as JSON.", "Do as before: text in, JSON out.",
)  # fmt: skip
_LEADS = (
    "{}",
    "{}",
    "{}",
    "{}",
    "Text: {}",
    "Message: {}",
    "Extract from this text: {}",
    "{}\n\nJSON:",
    '"{}"',
    "Input: {}",
)


def _prompt(chance: Chance, name: str, patterns: Sequence[str]) -> str:
    """A pattern of this name, or one of the many phrases."""
    return chance.pattern(patterns, phrases("texts", "prompts", name))


def _listed(chance: Chance, fields: Sequence[Field]) -> str:
    names = [field.key for field in fields]
    form = chance.between(0, 4)
    if form == 0:
        return ", ".join(f'"{name}"' for name in names)
    if form == 1 and len(names) > 1:
        return f"{', '.join(names[:-1])} and {names[-1]}"
    if form == 2:
        return ", ".join(f"{field.key} ({field.about})" for field in fields)
    return ", ".join(names)


def _lines(fields: Sequence[Field]) -> str:
    return "".join(f"\n- {field.key}: {field.about}" for field in fields)


def _schema(chance: Chance, fields: Sequence[Field], *, nullable: bool) -> str:
    described = chance.maybe(0.6)
    properties: dict[str, Json] = {}
    for field in fields:
        made = dict(field.type)
        if nullable and "enum" in made:
            made["enum"] = [*made["enum"], None]
        elif nullable and made["type"] != "array":
            made["type"] = [made["type"], "null"]
        if described:
            made["description"] = field.about
        properties[field.key] = made
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    if chance.maybe(0.4):
        schema["additionalProperties"] = False
    return json.dumps(schema, indent=2 if chance.maybe(0.15) else None)


def _headed(chance: Chance, ask: str) -> str:
    """The prompt with its keys to come in the lines below."""
    if ask.endswith("{keys}."):
        return ask.split("{keys}", maxsplit=1)[0].rstrip(" :")
    if chance.held_out or (chance.words and chance.maybe(0.7)):
        return ask.format(
            keys=chance.one(("these keys", "the keys below", "the following"))
        ).rstrip(".")
    return "Extract the data as JSON. Keys in this order"


def _ask(chance: Chance, fields: Sequence[Field], *, missing: bool, described: bool) -> str:
    """What the prompt says of the fields; `described` where their keys tell nothing."""
    form = chance.random.random()
    if form < 0.3:
        return chance.worn(_prompt(chance, "schemas", _SCHEMAS)).format(
            schema=_schema(chance, fields, nullable=missing)
        )
    ask = wording.prompted(chance) if chance.free else chance.worn(_prompt(chance, "asks", _ASKS))
    if described or form < 0.55:
        told = f"{_headed(chance, ask)}:{_lines(fields)}"
    else:
        told = ask.format(keys=_listed(chance, fields))
    if not missing and not chance.maybe(0.3):
        return told
    null = _prompt(chance, "nulls", _NULLS)
    return f"{told}\n{null.lstrip()}" if "\n" in told else told + null


def extraction(chance: Chance, *, shots: int | None = None, asked: bool | None = None) -> Lesson:
    """A prompt, perhaps with examples, and texts to turn into JSON.

    Without examples the prompt names the keys; with them it may say no more than "as before", and
    keys may be ones that tell nothing.
    """
    # Whether something is so is learned from many answers only, and a text holds few of them.
    unnamed = chance.free and chance.maybe(0.6)
    fields = make_fields(chance, chance.upto(1, 6), unnamed=unnamed)
    shots = chance.upto(0, chance.one((0, 0, 1, 2, 3, 4, 5))) if shots is None else shots
    asked = not shots or chance.maybe(0.6) if asked is None else asked
    opaque = chance.maybe(0.3 if shots else 0.12)
    if opaque:
        fields = [
            replace(field, key=key)
            for field, key in zip(fields, _keys(chance, len(fields)), strict=True)
        ]
    missing = 0.2 if chance.maybe(0.45) else 0.0
    told = (
        _ask(
            chance, fields, missing=missing > 0, described=opaque and (not shots or chance.held_out)
        )
        if asked
        else chance.worn(_prompt(chance, "bare", _BARE))
    )
    lead = _prompt(chance, "leads", _LEADS)
    turns: list[Message] = []
    kept: set[str] = set()
    for at in range(shots + 1):
        text, answer = _example(chance, fields, missing=missing, kept=kept)
        inside = at == 0 and chance.maybe(0.2)
        turns += [user(lead.format(text) if not inside else f"{told}\n\n{text}"), assistant(answer)]
        if inside:
            told = ""
    first = frozenset({0}) if shots and not asked else frozenset[int]()
    messages = (*([system(told)] if told else []), *turns)
    return Lesson(messages=messages, skipped=first, kept=frozenset(kept))


def _keys(chance: Chance, count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found[opaque_key(chance)] = None
    return list(found)
