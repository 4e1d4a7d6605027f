"""Time as a driver: clocks, dispatcher, timers, sweeps, the drive."""
