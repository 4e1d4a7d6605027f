"""Inserts that mind what is already there, prebuilt for both databases."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

from store.session import Session

Changes = Callable[[Any], Mapping[str, Any]]


class Upsert:
    """`INSERT ... ON CONFLICT`, built once a dialect. Without `changes` a conflict does nothing."""

    def __init__(
        self,
        table: Table,
        keys: Sequence[str],
        changes: Changes | None = None,
        returning: Sequence[Any] = (),
    ) -> None:
        self._sqlite = _build(sqlite.insert(table), keys, changes, returning)
        self._postgres = _build(postgresql.insert(table), keys, changes, returning)

    def on(self, session: Session) -> Executable:
        """The statement for this session's database."""
        return self._postgres if session.postgres else self._sqlite


def newer(*names: str) -> Changes:
    """On a conflict these columns take the new values."""
    return lambda excluded: {name: excluded[name] for name in names}


def _build(
    insert: Any, keys: Sequence[str], changes: Changes | None, returning: Sequence[Any]
) -> Executable:
    if changes is None:
        built = insert.on_conflict_do_nothing(index_elements=list(keys))
    else:
        built = insert.on_conflict_do_update(
            index_elements=list(keys), set_=dict(changes(insert.excluded))
        )
    return built.returning(*returning) if returning else built
