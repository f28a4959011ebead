import pytest

from holdfast.dataset import Case, Dataset
from holdfast.errors import DatasetError
from holdfast.metrics import is_answerable
from holdfast.readers import Filtered

CASES = (
    Case(id="a", input="?", expected={"passages": {"p": 1}}),
    Case(id="b", input="?", expected={"passages": {}}),
    Case(id="c", input="?", expected={"passages": {"q": 2}}),
)


def test_a_dataset_splits_into_what_retrieval_can_answer_and_what_it_cannot():
    whole = Dataset(name="whole", cases=CASES)
    answerable = Dataset(name="answerable", cases=Filtered(whole, keep=is_answerable))
    rest = Dataset(name="rest", cases=Filtered(whole, keep=lambda case: not is_answerable(case)))
    assert [case.id for case in answerable] == ["a", "c"]
    assert [case.id for case in rest] == ["b"]
    assert answerable.digest == answerable.digest != whole.digest


def test_a_filter_that_keeps_nothing_is_refused():
    with pytest.raises(DatasetError, match="keeps none of the 3 cases"):
        list(Filtered(CASES, keep=lambda case: False))


def test_an_iterator_is_refused_because_it_ends_after_one_walk():
    with pytest.raises(DatasetError, match="can be walked only once"):
        Filtered(iter(CASES), keep=is_answerable)
