"""Extraction by every version of its prompt: each against its own past, and beside what ships.

A missing library is an error here and never a skip: a gate that did not run must not look green.
"""

import pytest

from evals.format_suites import BESIDE_LIVE, EXTRACTION
from systems.prompting import variants


def test_what_ships_extracts_as_well_as_ever(gate):
    gate(EXTRACTION, variants.live())


@pytest.mark.parametrize("version", variants.versions())
def test_a_version_of_the_prompt_beside_what_ships(gate, version):
    gate(EXTRACTION, variants.variant(version), against=variants.live(), policies=BESIDE_LIVE)
