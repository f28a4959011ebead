"""What a threshold of quoting costs and gains: counts, and the criterion of the one that ships."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evals.declining import harmless, threshold_table
from systems.rag import answers

SCORES = st.lists(st.floats(0, 2), min_size=1, max_size=60)


@given(scores=SCORES)
@example(scores=[1.9999999999999998])
@example(scores=[0.29])
def test_a_harmless_threshold_declines_nothing_and_a_higher_one_would(scores):
    threshold = harmless(scores)
    assert not any(score < threshold for score in scores)
    assert any(score < threshold + 0.0101 for score in scores)


@given(scores=SCORES, lost=st.floats(0, 0.5))
def test_no_more_is_lost_than_was_said(scores, lost):
    threshold = harmless(scores, lost=lost)
    assert sum(score < threshold for score in scores) <= lost * len(scores) + 1e-6


def test_the_table_counts_what_scores_below_each_threshold():
    table = threshold_table({"answerable": [0.3, 0.5], "other": [0.1, 0.5, 0.2]}, [0.2, 0.5])
    assert table.splitlines() == [
        "| threshold | answerable | other |",
        "|---|--:|--:|",
        "| 0.20 | 0 of 2 | 1 of 3 |",
        "| 0.50 | 1 of 2 | 2 of 3 |",
    ]


def test_the_system_that_quotes_names_its_threshold():
    pytest.importorskip("bm25s", reason="bm25s is not installed")
    reader = answers.extractive().reader
    assert reader.threshold == 0.28
    assert reader.spec.params["threshold"] == 0.28
