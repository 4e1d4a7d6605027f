"""Tests of letters: rows of the outbox become words, drawn over a real store."""
