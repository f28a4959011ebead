"""Planning: what a suite can resolve, and what more would cost, before it is spent."""
