"""Floor 3, what happens: use cases, one verb a file, channel-neutral."""
