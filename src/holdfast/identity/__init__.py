"""Identity: what a callable is, and with what it is run."""
