"""The fault matrix: every fault has its number, and every number its tests or its reason."""
