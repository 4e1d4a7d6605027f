"""Alembic's scripts, shipped with the package and run in the process that starts."""
