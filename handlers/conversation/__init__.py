"""Guided conversations: forms as data, and the one pure function that moves through them."""
