"""How holdfast's claim verifier is made: claims for training, vectors of words, and the head."""
