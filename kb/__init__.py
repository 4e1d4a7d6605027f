"""Floor 2, knowledge: articles, Spanish text, matching with reasons."""
