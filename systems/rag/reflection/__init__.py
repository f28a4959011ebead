"""Retrieval that looks at what it found, and searches again where it is not sure of it."""
