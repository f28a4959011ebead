"""Adapters: results of other tools as runs, one module for each tool, imported when it is used."""
