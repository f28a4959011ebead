import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from holdfast.errors import UsageError
from holdfast.verifying.agreement import auroc, balanced_accuracy, best_threshold

labelled = st.lists(
    st.tuples(st.booleans(), st.integers(0, 6).map(lambda mark: mark / 6)), min_size=2, max_size=40
).filter(lambda pairs: len({label for label, _ in pairs}) == 2)


@given(labelled)
def test_auroc_is_the_statistic_of_mann_and_whitney(pairs):
    labels, scores = zip(*pairs, strict=True)
    yes = [score for label, score in pairs if label]
    no = [score for label, score in pairs if not label]
    expected = mannwhitneyu(yes, no).statistic / (len(yes) * len(no))
    assert auroc(labels, scores) == pytest.approx(expected)


@given(labelled)
def test_no_threshold_is_much_better_than_the_chosen_one(pairs):
    labels, scores = zip(*pairs, strict=True)
    chosen = balanced_accuracy(labels, scores, threshold=best_threshold(labels, scores))
    most = max(balanced_accuracy(labels, scores, threshold=one) for one in scores)
    assert chosen >= most - 0.01 - 1e-12


def test_agreement_needs_both_kinds():
    with pytest.raises(UsageError, match="2 of 2 claims are supported"):
        auroc([True, True], [0.1, 0.2])
