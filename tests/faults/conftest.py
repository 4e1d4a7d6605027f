"""The scheduler's benches, on both databases."""

from tests.scheduler.conftest import bench, clock

__all__ = ["bench", "clock"]
