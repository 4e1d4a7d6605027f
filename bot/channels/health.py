"""How a way in or out is doing, for `/readyz`, the console's header and `radica doctor`."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Health:
    """`degraded` still works, or will by itself; `down` needs a person. `detail` says why."""

    status: Literal["ok", "degraded", "down", "stopped"]
    detail: str = ""


_GRAVITY = ("stopped", "ok", "degraded", "down")


def worst(*parts: Health | None) -> Health:
    """What is told of several parts together; one that is not there, or is stopped, says little."""
    there = [part for part in parts if part is not None]
    return max(there, key=lambda part: _GRAVITY.index(part.status), default=Health("stopped"))
