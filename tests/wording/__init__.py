"""Tests of the catalogues and of how they are read."""
