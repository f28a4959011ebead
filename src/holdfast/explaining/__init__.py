"""Explaining: where each number of a finding comes from."""
