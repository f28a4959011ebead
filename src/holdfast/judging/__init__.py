"""Judging: what lies between a comparison and its verdict."""
