"""The claim verifier against labelled claims, and plain measures of likeness beside it.

The system sees a claim and its evidence, never the label. A change of the verifier's checks, words
or weights is judged here before it judges anybody's answers.
"""

import pytest

from evals.faithfulness_suites import CLAIM_EVIDENCE, CLAIMS, WATCHED
from systems.verifier.adapted import AdaptedVerifier
from systems.verifier.checking import BY_WORDS, ClaimCheck


def test_the_verifier_tells_supported_claims_from_others(gate):
    gate(CLAIMS, ClaimCheck())


def test_the_verifier_names_the_evidence(gate):
    gate(CLAIM_EVIDENCE, ClaimCheck())


def test_a_verifier_that_reads_claims_beside_the_shipped_one(gate):
    reads = ClaimCheck(verifier=AdaptedVerifier())
    gate(CLAIMS, reads, against=ClaimCheck(), policies=WATCHED)


@pytest.mark.parametrize("measure", BY_WORDS, ids=lambda one: one.name)
def test_a_plain_measure_beside_the_verifier(gate, measure):
    gate(CLAIMS, measure, against=ClaimCheck(), policies=WATCHED)
