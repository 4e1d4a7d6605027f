"""The tests: they mirror the rooms, and tell stories across them."""
