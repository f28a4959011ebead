"""Retrieval-augmented answering over a folder of documents."""
