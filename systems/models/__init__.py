"""Chat models behind one protocol: the embedded model, any transformers model, any server."""
