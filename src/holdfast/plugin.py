"""pytest plugin: the `gate` fixture, its options and the summary."""
