"""Sections: one module for each section of the page."""
