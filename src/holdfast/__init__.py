"""Is this candidate worse than what we ship, by how much, and how sure are we?"""
