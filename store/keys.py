"""Keys of rows that are not written yet, drawn from PostgreSQL's sequences a few at a time."""

from collections import defaultdict, deque
from collections.abc import Callable
from typing import Final

from sqlalchemy import bindparam, func, select

from store.cursors import Found
from store.statements import Statement, Values

DRAWN: Final = 32  # at once; what is left when its connection ends is never used

_DRAW = Statement(
    select(
        func.nextval(func.pg_get_serial_sequence(bindparam("table"), bindparam("column"))).label(
            "key"
        )
    ).select_from(func.generate_series(1, DRAWN))
)


class Keys:
    """Those of one connection. A sequence takes nothing back: a turn that is undone leaves its
    key unused."""

    def __init__(self) -> None:
        self._left: defaultdict[str, deque[int]] = defaultdict(deque)

    def next(self, table: str, run: Callable[[Statement, Values], Found]) -> int:
        """The key of a new row of this table."""
        left = self._left[table]
        if not left:
            left.extend(row.key for row in run(_DRAW, {"table": table, "column": "id"}))
        return left.popleft()
