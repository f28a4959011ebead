import pytest

from holdfast.dataset import Case, Dataset
from holdfast.errors import Unavailable, UsageError
from holdfast.metrics import ExactMatch, InstructionFollowing
from holdfast.metrics.instructions import instruction_accuracy
from holdfast.options import RunOptions
from holdfast.runner import run
from holdfast.suite import Suite

NO_COMMA, QUOTED = "punctuation:no_comma", "startend:quotation"
SHARE = InstructionFollowing(level="instruction")


def demand(*names):
    return {"instruction_id_list": list(names), "kwargs": [{} for _ in names]}


CASES = (
    Case(id="one", input='"a"', expected=demand(NO_COMMA)),
    Case(id="three", input="a, b", expected=demand(NO_COMMA, QUOTED, NO_COMMA)),
)


def recorded(tmp_path, system, *, cases=CASES, metric=SHARE):
    suite = Suite(name="s", dataset=Dataset(name="d", cases=cases), metrics=(metric,))
    options = RunOptions(attempts=1, progress="none")
    return run(suite, system, store=tmp_path, options=options)


def test_a_prompt_counts_as_often_as_it_has_instructions(tmp_path):
    assert instruction_accuracy(recorded(tmp_path, lambda text: text)) == 0.25


def test_a_system_that_fails_follows_nothing(tmp_path):
    def system(text):
        if "," in text:
            raise ValueError("no commas, please")
        return text

    assert instruction_accuracy(recorded(tmp_path, system)) == 0.25


def test_missing_evidence_gives_no_figure(tmp_path):
    def system(text):
        raise Unavailable("nobody there")

    with pytest.raises(UsageError, match=r"has no score of .* nobody there"):
        instruction_accuracy(recorded(tmp_path, system))


def test_a_run_of_other_metrics_gives_no_figure(tmp_path):
    made = recorded(tmp_path, lambda text: text, metric=ExactMatch())
    with pytest.raises(UsageError, match=r"no scores of .*level=instruction.* exact_match"):
        instruction_accuracy(made)
