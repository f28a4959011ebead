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
from systems.models.training.events import EVENTS, LETTERS, MORE_LETTERS, told_events
from systems.models.training.gadgets import GADGETS
from systems.models.training.names import KINDS
from systems.models.training.phrases import phrases, table

ASIDE = Chance(random=random.Random(0), held_out=True)

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
    return re.sub(r"[^a-z{}\d]+", " ", pattern.lower()).strip()


def measured(patterns):
    return {plain(str(one)) for one in ASIDE.side(patterns)} if len(patterns) >= 6 else set()


@pytest.mark.parametrize("where", LISTS, ids=".".join)
def test_no_phrase_is_one_that_is_measured_and_each_has_its_places(where):
    patterns, needed = LISTS[where]
    told = phrases(*where)
    assert len(told) >= 20
    assert len(set(told)) == len(told)
    if where[-1] not in ("before", "after", "and", "leads", "layouts"):
        assert not {plain(one) for one in told} & measured(patterns)
    assert not set(told) & set(ASIDE.side(patterns) if len(patterns) >= 6 else ())
    for one in told if needed is not None else ():
        assert fills(one, needed), one


def fills(pattern, needed):
    """Whether the pattern has each place once, or none but those that may be missing."""
    found = places(pattern)
    if "?" in needed:
        return set(found) <= set(needed.replace("?", "").split())
    return Counter(found) == Counter([" "] if needed == " " else needed.split())


def test_every_list_of_the_files_is_used():
    known = {f"{file}.{group}.{name}" for file, group, name in LISTS} | {"texts.tone.news"}
    for file in ("asks", "texts"):
        for group, lists in table(file).items():
            if (file, group) != ("asks", "asks"):
                assert {f"{file}.{group}.{name}" for name in lists} <= known


def test_requests_for_a_tool_hold_its_arguments_and_none_is_measured():
    tools = {kit.name: kit for kit in toolbox.TOOLS}
    assert set(table("asks")["asks"]) <= {kit.name for kit in toolbox.TOOLS[:-5]}
    for name in table("asks")["asks"]:
        needed = sorted(one.name for one in tools[name].arguments if not one.optional)
        assert not {plain(one) for one in tools[name].more} & measured(tools[name].asks)
        for one in tools[name].more:
            assert sorted(places(one)) == needed, one


def test_no_kind_of_record_is_one_that_is_measured():
    for known, more in (
        (roles.ROLES, roles.MORE_ROLES),
        (roles.FLAGS, roles.MORE_FLAGS),
        (roles.SCALES, roles.MORE_SCALES),
    ):
        aside = {key for one in ASIDE.side(known) for key in one.keys.split()}
        assert not aside & {key for one in more for key in one.keys.split()}
        assert len({one.keys.split()[0] for one in more}) == len(more)


def test_what_records_are_told_by_has_a_place_for_the_value():
    for role in (*roles.ROLES, *roles.MORE_ROLES):
        assert role.kind in {*KINDS, "integer"}
        assert all(places(one) == [" "] for one in role.more), role
        assert not {plain(one) for one in role.more} & measured(role.clauses)
    for flag in (*roles.FLAGS, *roles.MORE_FLAGS):
        assert not set(flag.more_yes) & set(flag.more_no)
        assert not {plain(one) for one in flag.more_yes} & measured(flag.yes)
        assert not {plain(one) for one in flag.more_no} & measured(flag.no)
    for scale in (*roles.SCALES, *roles.MORE_SCALES):
        assert set(scale.more) <= set(scale.words)
        told = [one for words in scale.more.values() for one in words]
        assert len(told) == len(set(told)), scale


def test_every_kind_of_gadget_has_values():
    chance = Chance(random=random.Random(0))
    assert len({one.name for one in GADGETS}) == len(GADGETS)
    for gadget in GADGETS:
        for one in gadget.arguments:
            assert one.kind in {*KINDS, "integer", "number"} or "|" in one.kind, gadget.name
        for kind in gadget.gives.values():
            assert kind == "integer" or asking._found(chance, kind) is not None, gadget.name


@pytest.mark.parametrize("event", told_events(), ids=lambda event: event[0][:40])
def test_an_event_answers_its_questions(event):
    said, asks = event
    told = places(said)
    assert len(told) == len(set(told))
    assert set(told) <= {*LETTERS, *MORE_LETTERS, "y"}
    for question, letter in asks:
        asked = places(question)
        assert letter in told
        assert letter not in asked
        assert set(asked) <= set(told)


def test_no_event_is_one_that_is_measured():
    aside = {plain(said) for said, _ in ASIDE.side(EVENTS)}
    assert not {plain(said) for said, _ in told_events()} & aside
