"""Prompting: one extraction task, answered by whichever version of its prompt is chosen."""
