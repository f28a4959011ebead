"""Running: calls, their limits and their scores."""
