"""Slack: payloads in, blocks out, and the two ways its events arrive."""
