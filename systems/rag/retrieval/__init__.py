"""Retrievers: callables from a question to ranked passages."""
