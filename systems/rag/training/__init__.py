"""What the reranker that ships is trained on, and its training."""
