"""Runs and comparisons as tidy tables, whose columns are the same in every form."""
