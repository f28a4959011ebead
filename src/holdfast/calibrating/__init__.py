"""Calibrating: a baseline's trials put against each other, and the ledger of flaky cases."""
