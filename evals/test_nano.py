"""What holdfast-nano can do, skill by skill, and whether examples help it.

HOLDFAST_MODEL puts another model in its place. A missing library is an error here and never a skip:
a gate that did not run must not look green.
"""

import pytest

from evals import nano_suites
from evals.chat_model import needs_chat_model
from holdfast.policy import Policy
from systems.models.choice import chosen_model
from systems.models.conversation import Conversation

pytestmark = needs_chat_model

SKILLS = {
    "extraction": nano_suites.EXTRACTION,
    "tools": nano_suites.TOOLS,
    "passages": nano_suites.PASSAGES,
    "unanswerable": nano_suites.ABSTENTION,
    "rewriting": nano_suites.REWRITING,
}


@pytest.mark.parametrize("skill", SKILLS)
def test_it_has_not_lost_a_skill(gate, skill):
    gate(SKILLS[skill], Conversation(model=chosen_model()))


def test_examples_help_it_to_extract(gate):
    model = chosen_model()
    exact = "field_exactness(names_in_order=true)"
    verdict = gate(
        nano_suites.EXTRACTION,
        Conversation(model=model),
        against=Conversation(model=model, examples=False),
        policies=(Policy(metric=exact, margin=0.05),),
    )
    states = {finding.metric: finding.state for finding in verdict.findings}
    assert states[exact] == "improved"
