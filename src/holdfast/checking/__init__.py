"""Whether a suite can be trusted: its metrics put to answers known to be right or wrong."""
