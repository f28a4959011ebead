"""Answering: questions answered from retrieved passages, with citations, or declined."""
