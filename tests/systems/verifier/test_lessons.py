"""Lessons of the adapter: what is told of events and texts, and which words are wrong."""

import json
import re
from pathlib import Path
from random import Random

import pytest

from holdfast.verifying.agreement import auroc
from systems.verifier.balancing import balanced, coverage, distracted
from systems.verifier.claims import passages
from systems.verifier.drills import drills
from systems.verifier.edits import Source
from systems.verifier.events import read_events, tell
from systems.verifier.exchanges import GENTLE, STRONGER, WRONG
from systems.verifier.groups import about_groups, read_groups
from systems.verifier.lesson import differing
from systems.verifier.nearness import Nearness
from systems.verifier.neighbours import Neighbours
from systems.verifier.retelling import over_texts
from systems.verifier.sisters import plural, read_sisters
from systems.verifier.telling import about_events

CLAIMS = Path(__file__).parents[3] / "datasets" / "claims"
TEXTS = list(passages("dev"))[:3]
NEAR = Neighbours(words=1, most=2, read=2)
"""By the table of words alone, so that no model is loaded."""


def wrong_words(lesson):
    return [lesson.claim[begin:end] for begin, end in lesson.wrong]


@pytest.mark.parametrize(
    ("claim", "twin", "words"),
    [
        ("It costs 12 euros.", "It costs 21 euros.", ["12"]),
        ("Anna beat Olav.", "Olav beat Anna.", ["Anna", "Olav"]),
        ("It is not open.", "It is open.", ["not"]),
        ("It is open.", "It is not open.", ["is", "open"]),
        ("It is open.", "It is open.", []),
    ],
)
def test_the_words_that_differ_are_found_and_the_neighbours_of_lost_ones(claim, twin, words):
    found = {claim[begin:end] for begin, end in differing(claim, twin)}
    assert found == set(words)


def test_a_sister_is_another_thing_and_a_synonym_the_same():
    sisters = read_sisters()
    for seed in range(30):
        assert sisters.sister("measles", Random(seed)) not in (None, "measles")
        assert sisters.synonym("doctor", Random(seed)) == "physician"
        assert sisters.synonym("doctors", Random(seed)) == "physicians"
        assert sisters.sister("lorry", Random(seed)) != "truck"
    assert sisters.sister("although", Random(0)) is None


def test_no_class_holds_a_word_for_two_things():
    for name, things in read_sisters().classes.items():
        words = [word for thing in things for word in thing]
        assert len(words) == len(set(words)), name


@pytest.mark.parametrize("event", read_events(), ids=lambda one: one.topic)
def test_an_event_can_be_told_in_each_of_its_sentences(event):
    dice = Random(1)
    values = event.values(dice)
    onward = [line for pair in event.onward for line in pair]
    for pattern in (*event.same, *event.less, *event.against, *event.more, *onward):
        told = tell(pattern, values, dice)
        assert not set("{}*|") & set(told.text)
        assert bool(told.marked) is (pattern in (*event.against, *event.more))
        for slot, (begin, end) in told.places.items():
            said = told.text[begin:end].lower()
            forms = [form.lower() for form in values[slot].forms]
            assert said in forms or said in [plural(form) for form in forms]


def test_lessons_about_events_are_the_same_for_one_seed_and_have_all_labels():
    made = list(about_events(seed=3, count=20))
    assert made == list(about_events(seed=3, count=20))
    assert {one.label for one in made} == {"supported", "contradicted", "unsupported"}
    assert all(wrong_words(one) for one in made if one.kind in ("against", "more", "role"))
    assert not any(one.wrong for one in made if one.label == "supported")


def test_events_are_many_and_those_held_out_are_others():
    topics = [one.topic for one in read_events()]
    assert len(topics) == len(set(topics)) > 50
    assert set(about_events(seed=3, count=9)).isdisjoint(
        about_events(seed=3, count=9, held_out=True)
    )


def test_lessons_over_texts_name_the_words_that_were_changed():
    made = list(over_texts(TEXTS, seed=2))
    assert made == list(over_texts(TEXTS, seed=2))
    assert {one.label for one in made} == {"supported", "contradicted", "unsupported"}
    for one in made:
        if one.label != "supported" and one.kind != "removed":
            assert all(wrong_words(one)), one
        if one.kind == "verbatim":
            assert one.claim in one.evidence and one.wrong == ()


@pytest.mark.parametrize(
    ("edits", "kind", "before", "after"),
    [
        (WRONG, "things", "The dog bit the postman.", "The postman bit the dog."),
        (STRONGER, "stronger", "It may rain.", "It must rain."),
        (GENTLE, "synonym", "She is a physician.", "She is a doctor."),
        (GENTLE, "moved", "On Monday, the pier was closed.", "The pier was closed on Monday."),
        (GENTLE, "aside", "The pier (a large one) is shut.", "The pier is shut."),
    ],
)
def test_an_exchange_does_what_its_name_says(edits, kind, before, after):
    assert edits[kind](Source(text=before, around=()), Random(0)) == after


def test_what_is_added_stands_in_the_claim_beside_all_of_the_sentence():
    for seed in range(20):
        text = STRONGER["added"](Source(text="The pier was shut.", around=()), Random(seed))
        assert "pier was shut" in text and len(text) > len("The pier was shut.") + 5


def test_a_near_word_has_the_same_ending_and_another_root():
    near = Nearness.over([("Cholera and measles spread; the doctors vaccinated and treated.",)])
    assert near.other("doctors", Random(0)) != "doctors"
    assert near.exchange("Of to in.", Random(0)) is None


def test_a_drill_has_the_sentences_that_are_read_at_use():
    made = list(drills(list(over_texts(TEXTS[:1], seed=5))[:12], near=NEAR))
    assert made
    for one in made:
        assert 1 <= len(one.words) <= 3
        assert len(one.window) == min(3, len(one.lesson.evidence))
        assert set(one.window) <= set(one.lesson.evidence)


def test_every_group_has_evidence_and_claims_of_both_kinds():
    groups = read_groups()
    assert len(groups) > 1000
    assert 0.07 < sum(one.held_out for one in groups) / len(groups) < 0.1
    for one in groups:
        assert one.evidence and (one.supported or one.unsupported)
        assert not {claim for _, claim in one.unsupported} & set(one.supported)


def test_lessons_about_groups_are_the_same_for_one_seed_and_name_wrong_words():
    made = list(about_groups(read_groups()[:20], seed=2))
    assert made == list(about_groups(read_groups()[:20], seed=2))
    assert {one.label for one in made} == {"supported", "contradicted", "unsupported"}
    assert not any(one.wrong for one in made if one.label == "supported")
    assert any(one.wrong for one in made)


def test_after_balancing_coverage_tells_less_of_the_label():
    drawn = list(drills(about_groups(read_groups()[:40], seed=2), near=NEAR))
    even = list(balanced(drawn, Random(0)))

    def told(found):
        yes = [one.lesson.label == "supported" for one in found]
        return abs(auroc(yes, [coverage(one) for one in found]) - 0.5)

    assert told(even) <= max(told(drawn), 0.05)


def test_distracted_windows_keep_their_sentences_and_are_five_at_most():
    drawn = list(drills(about_groups(read_groups()[:5], seed=2), near=NEAR))
    mixed = list(distracted(drawn, Random(0)))
    assert len(mixed) == len(drawn)
    for before, after in zip(drawn, mixed, strict=True):
        assert after.window[: len(before.window)] == before.window
        assert len(after.window) <= max(5, len(before.window))
    assert any(len(one.window) > len(two.window) for one, two in zip(mixed, drawn, strict=True))


def runs_of_words(text, *, length=9):
    """All runs of so many words of a text, written small."""
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[at : at + length]) for at in range(len(words) - length + 1)}


def test_no_lesson_that_was_written_repeats_what_is_measured():
    measured = set()
    for path in CLAIMS.glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            given = json.loads(line)["input"]
            for text in (given["claim"], *given["evidence"]):
                measured |= runs_of_words(text)
    assert len(measured) > 1000
    for group in read_groups():
        claims = [claim for _, claim in group.unsupported]
        for text in (*group.evidence, *group.supported, *claims):
            assert not runs_of_words(text) & measured, text
