"""Radica beside the raw limit of each task and beside a peer: ratios, never bare figures."""
