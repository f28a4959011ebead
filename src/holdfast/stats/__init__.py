"""Numbers in, numbers out: the estimators and tests behind a verdict."""
