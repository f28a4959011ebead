"""The adapters of docs/how-to/compare-retrievers.md run as they are printed."""

import re
from pathlib import Path

import pytest

from holdfast.dataset import Case
from holdfast.metric import Trial
from holdfast.metrics import MRR, Recall
from holdfast.system import Passage, Spec

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "compare-retrievers.md"
TEXTS = {"tides": "The tide turns at nine.", "filters": "Rinse the filter every month."}


def adapter(name):
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    text = next(block for block in blocks if f"class {name}:" in block)
    scope = {"__name__": "how_to"}
    exec(text, scope)  # noqa: S102  # the code of the page is what is tested
    return scope[name], text


def shared(question, text):
    return len(set(question.lower().split()) & set(text.lower().split()))


def check(system):
    response = system("When do I rinse the filter?")
    assert [passage.id for passage in response.passages] == ["filters", "tides"]
    assert response.passages[0].text == TEXTS["filters"]
    case = Case(id="a", input="", expected={"passages": {"filters": 2}})
    trial = Trial(case=case, repeat=0, response=response, seconds=0.0)
    assert MRR()(trial).value == Recall(k=1)(trial).value == 1.0
    return response


def test_a_langchain_retriever_is_put_under_test():
    core = pytest.importorskip("langchain_core", reason="langchain-core is not installed")
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever

    class Words(BaseRetriever):
        def _get_relevant_documents(self, query, *, run_manager):
            found = sorted(TEXTS, key=lambda key: -shared(query, TEXTS[key]))
            return [Document(id=key, page_content=TEXTS[key]) for key in found]

    make, text = adapter("LangChain")
    assert len(text.split("@dataclass")[1].strip().splitlines()) <= 10
    system = make(Words(), Spec(name="mine", version=core.__version__))
    assert check(system).passages[0] == Passage(id="filters", text=TEXTS["filters"])


def test_a_llamaindex_retriever_is_put_under_test():
    pytest.importorskip("llama_index.core", reason="llama-index-core is not installed")
    from llama_index.core.retrievers import BaseRetriever
    from llama_index.core.schema import NodeWithScore, TextNode

    class Words(BaseRetriever):
        def _retrieve(self, query_bundle):
            return [
                NodeWithScore(
                    node=TextNode(id_=key, text=text), score=shared(query_bundle.query_str, text)
                )
                for key, text in sorted(TEXTS.items())
            ]

    make, text = adapter("LlamaIndex")
    assert len(text.split("@dataclass")[1].strip().splitlines()) <= 10
    assert check(make(Words(), Spec(name="mine"))).passages[0].score == 2
