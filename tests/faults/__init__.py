"""What a desk promises when something breaks: PLATFORM.md's guarantees, one by one."""
