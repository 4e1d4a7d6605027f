"""Telegram: updates become Inbound, letters become Bot API calls, and nothing else happens."""
