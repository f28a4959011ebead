"""Sentences of the evidence that are chosen by meaning."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from systems.verifier.adapted import readings
from systems.verifier.neighbours import Neighbours
from systems.verifier.reading import Reading

BY_WORDS = Neighbours(words=1, most=2, read=2)
"""As few are read as are chosen, so that the table of words chooses and no model is loaded."""

TEXTS = (
    "The doctor examined the patient.",
    "The ferry to the island was cancelled.",
    "A storm had damaged the boat.",
    "Tickets cost nine euros.",
    "The baker closes at noon.",
)


class NoModel:
    """An encoder that must not be asked."""

    spec = None

    def __call__(self, texts, /):
        raise AssertionError(f"asked for {texts!r}")


@given(st.permutations(TEXTS), st.integers(0, 4))
def test_the_order_of_the_sentences_is_no_matter_and_the_best_by_words_comes_first(texts, known):
    first = [TEXTS[known : known + 2]]
    (found,) = BY_WORDS(["The surgeon was on the ship."], texts, known=first)
    assert [found] == BY_WORDS(["The surgeon was on the ship."], TEXTS, known=first)
    assert len(found) == len(set(found)) == 3 and found[0] == TEXTS[known]


def test_nearness_is_of_meaning_where_no_word_is_shared():
    (found,) = BY_WORDS(["Surgeons treat sick people on ships."], TEXTS, known=[()])
    assert "The doctor examined the patient." in found


@pytest.mark.parametrize(("most", "texts"), [(0, TEXTS), (2, TEXTS[:2]), (2, ())])
def test_where_there_is_nothing_to_choose_no_model_is_asked(most, texts, tmp_path):
    near = Neighbours(most=most, encoder=NoModel(), folder=tmp_path)
    (found,) = near(["It rains."], texts, known=[()])
    assert set(found) == set(texts[:most])


def test_each_sentence_is_embedded_once_and_the_nearest_comes_first(tmp_path):
    import numpy as np

    asked = []

    class Lengths:
        """Vectors of texts by their length, so that the nearest is as long."""

        class spec:  # noqa: N801  # stands for a property
            digest = "lengths"

        def __call__(self, texts, /):
            asked.extend(texts)
            angles = np.array([len(text) / 100 for text in texts])
            return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype("float32")

    near = Neighbours(words=1, most=2, encoder=Lengths(), folder=tmp_path)
    texts = ["a" * 9, "b" * 20, "c" * 31, "d" * 44]
    first, second = near(["x" * 21, "y" * 43], texts, known=[(), ("d" * 44,)])
    assert first == ("b" * 20, "c" * 31)
    assert second == ("d" * 44, "c" * 31, "b" * 20)
    near(["x" * 21], texts, known=[()])
    assert all(asked.count(text) == 1 for text in texts)


class Recorded:
    """A reader that finds everything supported and remembers what it was given."""

    def __init__(self):
        self.pairs = []

    def __call__(self, pairs, /):
        self.pairs += pairs
        return [Reading(supported=1.0, contradicted=-1.0, wrong=()) for _ in pairs]


def test_the_reader_is_given_the_sentences_by_words_and_by_meaning_without_labels():
    from holdfast.verifying.claim_verifier import ClaimVerifier

    evidence = ["(meta data) TITLE: The ferry was cancelled.", " ".join(TEXTS), "It was windy."]
    (verdict,) = ClaimVerifier().verify(["The ferry was cancelled."], evidence)
    reader = Recorded()
    (found,) = readings([verdict], evidence, reader=reader, near=BY_WORDS)
    ((claim, window),) = reader.pairs
    assert claim == verdict.claim and "The ferry was cancelled." in window
    assert len(window) == 3
    for one in found.more:
        assert one.sentence in evidence[one.text]
        assert one not in verdict.grounds


def test_a_claim_without_evidence_is_not_read():
    from holdfast.verifying.claim_verifier import ClaimVerifier

    verdicts = ClaimVerifier().verify(["It rains."], [])
    assert readings(verdicts, [], reader=Recorded(), near=BY_WORDS) == []
