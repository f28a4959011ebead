"""Calls of tools beside the calls that a case accepts: what the metrics of tools are made of."""
