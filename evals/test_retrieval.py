"""Retrieval over the handbook: what ships beside its past, every variant beside what ships.

Each kind of question is a tag of the cases, so that a loss in one kind is found by itself.
A missing library is an error here and never a skip: a gate that did not run must not look green.
"""

import pytest

from evals.chat_model import needs_chat_model
from evals.retrieval_suites import (
    CANDIDATE,
    HANDBOOK_ABSTENTION,
    HANDBOOK_CHUNKS,
    HANDBOOK_RETRIEVAL,
)
from systems.rag import handbook

EVERY = {**handbook.VARIANTS, **handbook.CHAT_VARIANTS}
NAMES = [
    *handbook.VARIANTS,
    *(pytest.param(name, marks=needs_chat_model) for name in handbook.CHAT_VARIANTS),
]
CUTS = [name for name in handbook.CHUNKINGS if name != "sections"]
STORES = [name for name in handbook.STORES if name != "faiss-flat"]


def test_hybrid_finds_the_passages(gate):
    gate(HANDBOOK_RETRIEVAL, handbook.hybrid())


def test_hybrid_knows_when_to_decline(gate):
    gate(HANDBOOK_ABSTENTION, handbook.hybrid())


@pytest.mark.parametrize("name", NAMES)
def test_a_variant_is_watched(gate, name):
    gate(HANDBOOK_RETRIEVAL, EVERY[name](), policies=CANDIDATE)


@pytest.mark.parametrize("name", NAMES)
def test_a_variant_beside_the_one_that_ships(gate, name):
    against = handbook.hybrid()
    gate(HANDBOOK_RETRIEVAL, EVERY[name](), against=against, policies=CANDIDATE)


@pytest.mark.parametrize("name", STORES)
def test_a_store_beside_exact_search(gate, name):
    gate(HANDBOOK_RETRIEVAL, handbook.stored(name), against=handbook.dense())


@pytest.mark.parametrize("name", CUTS)
def test_a_way_of_cutting_beside_the_sections(gate, name):
    gate(HANDBOOK_CHUNKS, handbook.chunked(name), against=handbook.chunked("sections"))
