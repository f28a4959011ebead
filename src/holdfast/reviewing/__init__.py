"""Review: what people say of answers that they see without knowing whose they are."""
