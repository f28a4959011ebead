"""Systems under test: what this repository evaluates; none of them knows that it is evaluated."""
