"""The message catalogues: Spanish first, English beside it, compiled when loaded."""
