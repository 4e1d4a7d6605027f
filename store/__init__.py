"""Floor 2, memory: the only room that knows SQL."""
