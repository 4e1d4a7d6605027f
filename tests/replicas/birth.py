"""What the nursery is told of a replica; light to import, unlike the program that it forks."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Birth:
    """One replica. With a `speed` it is a worker on a time line that all share: so many of its
    seconds pass in one of ours, counted from `began` (monotonic) at `origin`."""

    name: str
    env: dict[str, str]
    arguments: list[str] = field(default_factory=list[str])
    folder: str
    speed: float = 0.0
    began: float = 0.0
    origin: str = ""
