"""The web: the console's door, its stream, its state, health, and the local platforms."""
