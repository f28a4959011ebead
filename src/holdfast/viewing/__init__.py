"""Viewing: the store in a browser on the same machine, and the pages on which people review."""
