"""Floor 4, time as a driver: ticker, timers, dispatcher, sweeps."""
