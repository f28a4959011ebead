"""Guardrails: what is looked at before a question, a passage or an answer goes on."""
