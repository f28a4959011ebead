"""Sequential: a run that is judged while it is made, and ends when its verdict is decided."""
