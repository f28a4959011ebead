"""Chunking: documents cut into pieces that are searched, and traced back to their sections."""
