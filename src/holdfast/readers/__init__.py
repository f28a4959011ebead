"""Readers: data files as datasets that are walked without being loaded.

    cases        read_jsonl, read_csv, read_parquet (the last two with Columns)
    tools        read_bfcl
    instructions read_ifeval
    retrieval    read_beir, read_beir_corpus, read_trec_qrels, read_trec_run
    selection    Filtered

Errors name the file and the line, and a file is opened anew for each walk, so that memory grows
with the number of ids and not with the length of the texts.
"""

from holdfast.readers.beir import Document, read_beir, read_beir_corpus
from holdfast.readers.bfcl import read_bfcl
from holdfast.readers.columns import Columns
from holdfast.readers.delimited import read_csv
from holdfast.readers.filtered import Filtered
from holdfast.readers.ifeval import read_ifeval
from holdfast.readers.jsonl import read_jsonl
from holdfast.readers.parquet import read_parquet
from holdfast.readers.trec import read_trec_qrels, read_trec_run

__all__ = [
    "Columns",
    "Document",
    "Filtered",
    "read_beir",
    "read_beir_corpus",
    "read_bfcl",
    "read_csv",
    "read_ifeval",
    "read_jsonl",
    "read_parquet",
    "read_trec_qrels",
    "read_trec_run",
]
