"""How a way in or out is doing, for `/readyz`, the console's header and `radica doctor`."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Health:
    """`degraded` still works, or will by itself; `down` needs a person. `detail` says why."""

    status: Literal["ok", "degraded", "down", "stopped"]
    detail: str = ""
