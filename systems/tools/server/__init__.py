"""A local server that answers like the public services, from recordings, with faults on demand."""
