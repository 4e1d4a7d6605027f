"""A whole desk against everything at once: people, platforms, time and death, step by step."""
