"""The console in a real Chromium. Skipped, with the reason, where there is none."""
