"""Charts of the report: each a picture with a title and its text alternative."""
