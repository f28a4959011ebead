"""The claim verifier against labelled claims, and plain measures of likeness beside it.

The system sees a claim and its evidence, never the label. A change of the verifier's checks, words
or weights is judged here before it judges anybody's answers.
"""

import pytest

from evals.faithfulness_suites import CLAIM_EVIDENCE, CLAIMS, WATCHED
from systems.verifier.checking import BY_WORDS, ClaimCheck, by_embedding

PLAIN = (*BY_WORDS, by_embedding())


def test_the_verifier_tells_supported_claims_from_others(gate):
    gate(CLAIMS, ClaimCheck())


def test_the_verifier_names_the_evidence(gate):
    gate(CLAIM_EVIDENCE, ClaimCheck())


@pytest.mark.parametrize("measure", PLAIN, ids=lambda one: one.name)
def test_a_plain_measure_beside_the_verifier(gate, measure):
    gate(CLAIMS, measure, against=ClaimCheck(), policies=WATCHED)
