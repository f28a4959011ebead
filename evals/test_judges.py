"""The chosen judge, judged itself: on planted faults, and on pairs in both orders.

It says how well a judge sees what was planted, and not yet how well it agrees with people; that is
`holdfast judge check`, and it alone lets a judge gate.
"""

import pytest

from evals.judge_suites import JUDGE_CORRECTNESS, JUDGE_FAITHFULNESS, JUDGE_PREFERENCE
from systems.judges.choice import JUDGE, chosen_judge, judge_is_chosen
from systems.judges.instructions import read_instructions
from systems.judges.pairwise import PairJudge
from systems.judges.pointwise import Judge

pytestmark = pytest.mark.skipif(
    not judge_is_chosen(),
    reason=f"no judge is chosen, so this suite judges nothing: name one with {JUDGE}, such as "
    f"{JUDGE}=openai:MODEL",
)


def test_the_judge_sees_what_no_passage_says(gate):
    gate(
        JUDGE_FAITHFULNESS,
        Judge(model=chosen_judge(), instructions=read_instructions("faithfulness")),
    )


def test_the_judge_sees_what_differs_from_the_reference(gate):
    gate(
        JUDGE_CORRECTNESS,
        Judge(model=chosen_judge(), instructions=read_instructions("correctness")),
    )


def test_the_judge_prefers_the_answer_that_answers_in_both_orders(gate):
    gate(
        JUDGE_PREFERENCE,
        PairJudge(model=chosen_judge(), instructions=read_instructions("preference")),
    )
