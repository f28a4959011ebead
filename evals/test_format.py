"""Extraction by every version of its prompt: each beside its own past, and beside what ships.

A missing library is an error here and never a skip: a gate that did not run must not look green.
"""

import pytest

from evals.chat_model import needs_chat_model
from evals.format_suites import CANDIDATE, EXTRACTION
from systems.prompting import variants

pytestmark = needs_chat_model

OTHERS = [one for one in variants.versions() if one != variants.live_version()]


def test_what_ships_extracts_as_well_as_ever(gate):
    gate(EXTRACTION, variants.live())


@pytest.mark.parametrize("version", OTHERS)
def test_a_version_that_does_not_ship_is_watched(gate, version):
    gate(EXTRACTION, variants.variant(version), policies=CANDIDATE)


@pytest.mark.parametrize("version", OTHERS)
def test_a_version_beside_the_one_that_ships(gate, version):
    gate(EXTRACTION, variants.variant(version), against=variants.live(), policies=CANDIDATE)
