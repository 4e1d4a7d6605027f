"""Where an event goes that is authentic and cannot be handled: quarantine, not the platform."""

import json
from typing import Any, Protocol

MOST = 65_536  # characters of a payload worth keeping


class Aside(Protocol):
    """Keeps such an event. Raises Outage when it cannot: do not acknowledge."""

    async def __call__(
        self, *, channel: str, account: str, key: str, kind: str, body: dict[str, Any]
    ) -> None:
        """Store it durably, once a key."""
        ...


def written(payload: Any, reason: str) -> dict[str, Any]:
    """A payload nobody could read, cut to a size worth keeping, and why."""
    raw = json.dumps(payload, ensure_ascii=True, default=str)[:MOST]
    return {"raw": raw, "reason": reason}
