"""Judges: systems that say how good an answer is, or which of two is better."""
