"""Reranking: a second look at the first passages of a retriever."""
