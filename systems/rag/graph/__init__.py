"""Retrieval over a graph of what the passages name."""
