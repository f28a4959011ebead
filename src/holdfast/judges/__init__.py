"""Judges: metrics that judge as a person would, and whether their word can be trusted."""
