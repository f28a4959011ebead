"""The looks at a run survive the disk."""

import json

from hypothesis import given
from hypothesis import strategies as st

from holdfast.sequence import Look, SequentialRecord
from holdfast.storage.sequence_row import sequence_from, sequence_row

looks = st.builds(
    Look,
    cases=st.integers(0, 10**6),
    repeats=st.integers(1, 9),
    fraction=st.floats(0, 1),
    spent=st.floats(0, 1),
    outcome=st.sampled_from(["", "pass", "regression", "inconclusive", "invalid"]),
    states=st.dictionaries(st.text(max_size=5), st.sampled_from(["regressed", "improved"])),
)
records = st.builds(
    SequentialRecord,
    method=st.sampled_from(["hsd", "betting"]),
    seed=st.integers(),
    repeats=st.integers(1, 9),
    most=st.integers(1, 9),
    beside=st.text(max_size=5),
    looks=st.lists(looks, max_size=4).map(tuple),
    ended=st.booleans(),
)


@given(records)
def test_a_record_comes_back_as_it_was(record: SequentialRecord) -> None:
    assert sequence_from(json.loads(json.dumps(sequence_row(record)))) == record


def test_fields_of_later_versions_are_passed_over() -> None:
    row = sequence_row(SequentialRecord(method="hsd", seed=1, repeats=1, most=2))
    assert (
        sequence_from(
            {
                **row,
                "new": 1,
                "looks": [{"cases": 1, "repeats": 1, "fraction": 0.5, "spent": 0.1, "later": True}],
            }
        ).most
        == 2
    )
