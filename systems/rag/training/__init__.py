"""Training data and training of the models that retrieval ships."""
