"""Comparing: what lies between two runs and their comparison."""
