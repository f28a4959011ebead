"""What the runs of a store say together: levels over time, breaks, changes and drifts."""
