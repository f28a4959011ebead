"""What the reader counts beside the shipped verifier."""

import json
from random import Random

import pytest

from holdfast.errors import DatasetError
from systems.verifier.combining import Combination, read_combination, write_combination
from systems.verifier.weighing import Weighed, development, fit_combination, labelled, ranking


def claims(*, shipped, read, count=60, seed=0):
    """Claims of which each side tells the label so well: 0 not at all, 4 nearly always."""
    dice, found = Random(seed), []
    for number in range(count):
        sign = 1 if number % 3 else -1
        odds = tuple(sign * told / 2 + dice.gauss(0, 1) for told in (shipped, read))
        found.append(Weighed(supported=sign > 0, parts=(odds,)))
    return found


def test_the_side_that_tells_the_label_counts():
    best = fit_combination({"one": claims(shipped=0, read=5), "two": claims(shipped=0, read=4)})
    assert best.read > best.shipped
    best = fit_combination({"one": claims(shipped=5, read=0), "two": claims(shipped=4, read=0)})
    assert best.read < best.shipped / 2


def test_scores_are_probabilities_and_the_threshold_parts_the_labels():
    some = claims(shipped=4, read=4, count=300)
    best = fit_combination({"one": some})
    scores = [best.of_odds(*one.parts[0]) for one in some]
    right = sum(
        (score >= best.threshold) == one.supported for one, score in zip(some, scores, strict=True)
    )
    assert right / len(some) > 0.9
    brier = sum((score - one.supported) ** 2 for one, score in zip(some, scores, strict=True))
    assert brier / len(some) < 0.1


def test_a_claim_is_as_weak_as_its_weakest_sentence():
    one = Weighed(supported=True, parts=((2.0, 1.0), (3.0, -4.0)))
    assert one.total(0.5) == 1.0
    assert one.total(0) == 2.0


def test_sets_count_alike_however_many_claims_they_have():
    few, many = claims(shipped=3, read=0, count=30), claims(shipped=0, read=3, count=900)
    weight = fit_combination({"few": few, "many": many})
    ratios = [number / 10 for number in range(16)]
    best = max(ratios, key=lambda one: ranking(few, one) + ranking(many, one))
    assert weight.read / weight.shipped == pytest.approx(best, abs=0.01)


def test_weights_are_read_as_they_were_written(tmp_path):
    weights = Combination(shipped=0.25, read=0.5, bias=-0.1, threshold=0.4)
    write_combination(tmp_path / "weights.json", weights)
    assert read_combination(tmp_path / "weights.json") == weights


def test_development_claims_are_never_test_claims():
    root = development.__globals__["_CLAIMS"]
    measured = {
        json.loads(line)["input"]["claim"]
        for path in root.glob("*test.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    for name, some in development().items():
        assert len(some) > 70, name
        assert not {claim for claim, _, _ in some} & measured


def test_claims_that_people_labelled_may_be_added(tmp_path):
    path = tmp_path / "claims.jsonl"
    rows = [
        {"claim": "It rained.", "evidence": ["It rained."], "label": "supported"},
        {"claim": "It rained.", "evidence": ["It was wet."], "label": "partially_supported"},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert [supported for _, _, supported in labelled(path)] == [True, False]
    assert set(development(path)) - set(development()) == {"people"}
    path.write_text('{"claim": "It rained."}\n')
    with pytest.raises(DatasetError, match=r"line 1 of .*claims\.jsonl"):
        development(path)
