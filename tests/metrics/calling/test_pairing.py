from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from holdfast.metrics.calling.pairing import best_pairs, follows

TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(st.booleans(), min_size=width, max_size=width), max_size=4)
)


@given(TABLES)
def test_the_pairs_are_a_largest_matching(table):
    pairs = best_pairs(table)
    columns = len(table[0]) if table else 0
    nowhere = range(columns, columns + len(table))
    best = max(
        sum(place < columns and row[place] for row, place in zip(table, order, strict=True))
        for order in permutations([*range(columns), *nowhere], len(table))
    )
    assert len(pairs) == best
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    assert all(table[row][column] for row, column in pairs)


@given(TABLES)
def test_columns_are_followed_exactly_where_some_choice_of_rows_is_in_order(table):
    columns = len(table[0]) if table else 0
    rows = range(len(table))
    brute = any(
        list(chosen) == sorted(chosen)
        and all(table[row][column] for column, row in enumerate(chosen))
        for chosen in permutations(rows, columns)
    )
    assert follows(table) is (brute or not table)
