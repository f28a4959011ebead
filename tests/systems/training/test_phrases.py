"""The phrases that lessons are made from: whole, of use, and none of those that are measured."""

import random
import re
import string
from collections import Counter

import pytest

from systems.models.training import (
    asking,
    extraction,
    fields,
    passages,
    prose,
    rewriting,
    roles,
    tone,
    tool_use,
    toolbox,
)
from systems.models.training.chance import Chance
from systems.models.training.events import EVENTS, LETTERS, MORE_LETTERS, TOLD_EVENTS
from systems.models.training.gadgets import GADGETS
from systems.models.training.names import KINDS
from systems.models.training.phrases import phrases, table

ASIDE = Chance(random=random.Random(0), held_out=True)
LEARNED = Chance(random=random.Random(0))

LISTS = {
    ("asks", "frames", "before"): (tool_use._BEFORE, ""),
    ("asks", "frames", "after"): (tool_use._AFTER, ""),
    ("asks", "frames", "and"): (tool_use._AND, ""),
    ("asks", "frames", "chat"): (tool_use._CHAT, "w? x?"),
    ("asks", "frames", "systems"): (tool_use._SYSTEMS, ""),
    ("asks", "frames", "retry"): (tool_use._RETRY, None),
    ("asks", "frames", "unknown"): (tool_use._UNKNOWN, "v"),
    ("asks", "frames", "look_up"): (tool_use._LOOK_UP, "q"),
    ("asks", "generic", "gets"): (toolbox._GETS, "a e"),
    ("asks", "generic", "sets"): (toolbox._SETS, "a e v"),
    ("asks", "generic", "finds"): (toolbox._FINDS, "a thing v"),
    ("texts", "prose", "clauses"): (prose._CLAUSES, "a v"),
    ("texts", "prose", "noise"): (prose._NOISE, ""),
    ("texts", "prose", "openings"): (prose._OPENINGS, ""),
    ("texts", "prose", "counts"): (fields._COUNTS, "n what"),
    ("texts", "prose", "listings"): (fields._LISTINGS, "all words"),
    ("texts", "prompts", "asks"): (extraction._ASKS, "keys"),
    ("texts", "prompts", "nulls"): (extraction._NULLS, ""),
    ("texts", "prompts", "schemas"): (extraction._SCHEMAS, "schema"),
    ("texts", "prompts", "bare"): (extraction._BARE, ""),
    ("texts", "prompts", "leads"): (extraction._LEADS, " "),
    ("texts", "passages", "systems"): (passages._SYSTEMS, ""),
    ("texts", "passages", "facts"): (passages._FACTS, "a e v"),
    ("texts", "passages", "own"): (passages._OWN, "a v"),
    ("texts", "passages", "questions"): (passages._QUESTIONS, "a e"),
    ("texts", "passages", "layouts"): (passages._LAYOUTS, "p q"),
    ("texts", "rewriting", "systems"): (rewriting._SYSTEMS, ""),
    ("texts", "rewriting", "vague"): (rewriting._VAGUE, "a e"),
    ("texts", "rewriting", "next"): (rewriting._NEXT, "a"),
    ("texts", "tone", "tasks"): (tone._TASKS, "f p"),
}
"""By place: patterns of which the last sixth is measured, and what each has to fill."""


def places(pattern):
    return [name or " " for _, name, _, _ in string.Formatter().parse(pattern) if name is not None]


def plain(pattern):
    """The words of a pattern alone; where it has none but its places, its signs count."""
    words = re.sub(r"[^a-z{}\d]+", " ", pattern.lower()).strip()
    return words if re.sub(r"{\w*}", "", words).strip() else pattern


def measured(patterns):
    return {plain(str(one)) for one in ASIDE.side(patterns)} if len(patterns) >= 6 else set()


BOTH = ("learned", "measured")


@pytest.mark.parametrize("where", LISTS, ids=".".join)
def test_no_phrase_is_both_learned_and_measured(where):
    patterns, _ = LISTS[where]
    told = phrases(*where)
    # Of a few signs and words there are only so many; they differ at least in a letter.
    same = str if where[-1] in ("before", "after", "and", "leads", "layouts") else plain
    learned = {same(one) for one in (*LEARNED.side(patterns), *told.learned)}
    held = {same(one) for one in (*measured(patterns), *told.measured)}
    assert not learned & held
    assert len(set(told.learned)) == len(told.learned) >= 20


@pytest.mark.parametrize("where", LISTS, ids=".".join)
def test_a_phrase_has_its_places(where):
    _, needed = LISTS[where]
    told = phrases(*where)
    for one in (*told.learned, *told.measured) if needed is not None else ():
        assert fills(one, needed), one


def fills(pattern, needed):
    """Whether the pattern has each place once, or none but those that may be missing."""
    found = places(pattern)
    if "?" in needed:
        return set(found) <= set(needed.replace("?", "").split())
    return Counter(found) == Counter([" "] if needed == " " else needed.split())


@pytest.mark.parametrize("held", [False, True])
def test_every_list_of_the_files_is_used(held):
    known = {f"{file}.{group}.{name}" for file, group, name in LISTS} | {"texts.tone.news"}
    for file in ("asks", "texts"):
        for group, lists in table(file, measured=held).items():
            if (file, group) != ("asks", "asks"):
                assert {f"{file}.{group}.{name}" for name in lists} <= known


def test_requests_for_a_tool_hold_its_arguments_and_none_is_learned_and_measured():
    tools = {kit.name: kit for kit in toolbox.TOOLS}
    learned = {kit.name for kit in LEARNED.side(toolbox.TOOLS)}
    assert set(table("asks")["asks"]) <= learned
    assert set(table("asks", measured=True)["asks"]) <= {kit.name for kit in toolbox.TOOLS}
    for kit in tools.values():
        needed = sorted(one.name for one in kit.arguments if not one.optional)
        assert all(sorted(places(one)) == needed for one in (*kit.more.learned, *kit.more.measured))
        known = {plain(one) for one in (*LEARNED.side(kit.asks), *kit.more.learned)}
        assert not known & {plain(one) for one in (*measured(kit.asks), *kit.more.measured)}


def test_no_kind_of_record_is_learned_and_measured():
    for known, more in (
        (roles.ROLES, roles.MORE_ROLES),
        (roles.FLAGS, roles.MORE_FLAGS),
        (roles.SCALES, roles.MORE_SCALES),
    ):
        held = {key for one in (*ASIDE.side(known), *more.measured) for key in one.keys.split()}
        assert not held & {key for one in more.learned for key in one.keys.split()}
        first = [one.keys.split()[0] for one in (*more.learned, *more.measured)]
        assert len(set(first)) == len(first)


def test_what_records_are_told_by_has_a_place_for_the_value():
    for role in (*roles.ROLES, *roles.MORE_ROLES.learned, *roles.MORE_ROLES.measured):
        assert role.kind in {*KINDS, "integer"}
        assert all(places(one) == [" "] for one in role.more.learned), role
        if role.clauses:
            assert not {plain(one) for one in role.more.learned} & measured(role.clauses)
    for flag in (*roles.FLAGS, *roles.MORE_FLAGS.learned, *roles.MORE_FLAGS.measured):
        assert not set(flag.more_yes.learned) & set(flag.more_no.learned)
        if flag.yes:
            assert not {plain(one) for one in flag.more_yes.learned} & measured(flag.yes)
            assert not {plain(one) for one in flag.more_no.learned} & measured(flag.no)
    for scale in (*roles.SCALES, *roles.MORE_SCALES.learned, *roles.MORE_SCALES.measured):
        assert set(scale.more) <= set(scale.words)
        told = [one for words in scale.more.values() for one in words.learned]
        assert len(told) == len(set(told)), scale


@pytest.mark.parametrize("side", BOTH)
def test_every_kind_of_gadget_has_values(side):
    chance = Chance(random=random.Random(0))
    gadgets = getattr(GADGETS, side)
    assert len({one.name for one in gadgets}) == len(gadgets)
    for gadget in gadgets:
        for one in gadget.arguments:
            assert one.kind in {*KINDS, "integer", "number"} or "|" in one.kind, gadget.name
        for kind in gadget.gives.values():
            assert kind == "integer" or asking._found(chance, kind) is not None, gadget.name


@pytest.mark.parametrize("side", BOTH)
def test_an_event_answers_its_questions(side):
    for said, asks in getattr(TOLD_EVENTS, side):
        told = places(said)
        assert len(told) == len(set(told)), said
        assert set(told) <= {*LETTERS, *MORE_LETTERS, "y"}, said
        for question, letter in asks:
            assert letter in told, said
            assert letter not in places(question), question
            assert set(places(question)) <= set(told), question


def test_no_event_is_learned_and_measured():
    held = {plain(one[0]) for one in (*ASIDE.side(EVENTS), *TOLD_EVENTS.measured)}
    assert not {plain(said) for said, _ in TOLD_EVENTS.learned} & held


@pytest.mark.parametrize("gadget", [*GADGETS.learned, *GADGETS.measured], ids=lambda one: one.name)
def test_an_answer_of_a_gadget_names_what_there_is(gadget):
    known = {one.name for one in gadget.arguments} | set(gadget.gives)
    for answer in gadget.answers:
        assert set(places(answer)) <= known, answer


def test_further_clauses_belong_to_a_kind_of_record():
    held = table("roles")
    for name, kinds in (("clauses", roles.ROLES), ("yes", roles.FLAGS), ("no", roles.FLAGS)):
        assert set(held[name]) <= {one.keys.split()[0] for one in kinds}
    assert set(held["scales"]) <= {one.keys.split()[0] for one in roles.SCALES}


def test_every_request_for_a_measured_tool_comes_up():
    chance = Chance(random=random.Random(1), held_out=True)
    for gadget in GADGETS.measured:
        assert {asking.asking(chance, gadget) for _ in range(300)} == set(gadget.more.measured)
