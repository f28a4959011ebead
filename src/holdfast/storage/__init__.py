"""Storage: the on-disk form of runs, and the cache."""
