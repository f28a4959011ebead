"""The answering systems over the handbook: what ships, and what it is laid beside."""

from pathlib import Path

from holdfast.prompts import Prompt, PromptFolder
from systems.models.chat import ChatModel
from systems.models.choice import chosen_model
from systems.rag import handbook
from systems.rag.answering.extractive import ExtractiveReader
from systems.rag.answering.focusing import BestSentences
from systems.rag.answering.pipeline import Answering
from systems.rag.answering.ranking import SentenceRanking
from systems.rag.answering.reader import PromptedReader
from systems.rag.guardrails.guard import Guards
from systems.rag.retrieval.encoder import SentenceEncoder
from systems.rag.retrieval.retriever import Retriever

__all__ = ["answering", "closed_book", "extractive", "ranking"]

_ROOT = Path(__file__).resolve().parents[2]
_PROMPTS = PromptFolder(_ROOT / "systems" / "prompts")
_FOR_NANO, _FOR_OTHERS = 1, 2
"""Versions of the prompt: nano reads a few sentences, other models whole passages."""
_QUOTED_FROM = 0.28
"""Score of the best sentence from which it is quoted: the largest threshold, of two decimals, that
declines none of the answerable development questions; `python -m evals.declining` shows others."""
_RANKING = SentenceRanking(
    corpus=handbook.CORPUS, encoder=SentenceEncoder(), folder=_ROOT / ".holdfast" / "indexes"
)


def ranking() -> SentenceRanking:
    """The ranking of the handbook's sentences."""
    return _RANKING


def answering(
    *,
    model: ChatModel | None = None,
    retriever: Retriever | None = None,
    version: int | None = None,
    guards: Guards | None = None,
) -> Answering:
    """What ships: the hybrid's passages, read by the chosen model.

    Args:
        model: the chat model; None is the one that HOLDFAST_MODEL names.
        retriever: another retriever than the hybrid.
        version: version of the prompt; None is the one for the model.
        guards: the guards that are switched on.
    """
    chosen = model or chosen_model()
    prompt = _PROMPTS.read("answering", version=version or _version(chosen))
    sentences = prompt.settings.get("sentences")
    return Answering(
        reader=PromptedReader(prompt=prompt, model=chosen),
        retriever=retriever or handbook.hybrid(),
        corpus=handbook.CORPUS,
        count=_count(prompt),
        dated=prompt.settings.get("dated") is True,
        focus=BestSentences(ranking=_RANKING, count=sentences)
        if isinstance(sentences, int)
        else None,
        guards=guards or Guards(),
    )


def extractive(*, retriever: Retriever | None = None, guards: Guards | None = None) -> Answering:
    """The baseline without a language model: the two sentences that go best with the question.

    It declines what nothing in the passages goes with. A question on the very matter of a passage
    that does not answer it is not told apart in this way.
    """
    return Answering(
        reader=ExtractiveReader(ranking=_RANKING, threshold=_QUOTED_FROM),
        retriever=retriever or handbook.hybrid(),
        corpus=handbook.CORPUS,
        guards=guards or Guards(),
        name="extractive",
    )


def closed_book(*, model: ChatModel | None = None) -> Answering:
    """The control: the chosen model without any passage."""
    prompt = _PROMPTS.read("closed_book", version=1)
    reader = PromptedReader(prompt=prompt, model=model or chosen_model())
    return Answering(reader=reader, name="closed-book")


def _version(model: ChatModel) -> int:
    return _FOR_NANO if model.spec.params.get("model") == "nano" else _FOR_OTHERS


def _count(prompt: Prompt) -> int:
    found = prompt.settings.get("passages")
    return found if isinstance(found, int) else 5
