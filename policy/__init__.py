"""Floor 1, what was promised: pure rules over values; no I/O, no clock."""
