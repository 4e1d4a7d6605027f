"""What the doctor wants to know of a database, by looking alone."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from store.migrate import HEAD, is_behind, revision

_DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True, kw_only=True)
class Condition:
    """Where the schema stands, and what the server promises."""

    version: str
    revision: str | None
    head: str = HEAD
    lax: tuple[tuple[str, str], ...] = ()  # settings by which acknowledged work may be forgotten

    @property
    def is_empty(self) -> bool:
        """No table of ours."""
        return self.revision is None

    @property
    def is_behind(self) -> bool:
        """This release has something to add."""
        return self.revision is not None and is_behind(self.revision)


def condition(connection: Connection) -> Condition:
    """Reads; changes nothing."""
    if connection.dialect.name == "sqlite":
        version = str(connection.scalar(text("SELECT sqlite_version()")))
        return Condition(version=version, revision=revision(connection))
    version = str(connection.scalar(text("SHOW server_version")))
    found = ((name, str(connection.scalar(text(f"SHOW {name}")))) for name in _DURABLE)
    lax = tuple((name, value) for name, value in found if value == "off")
    return Condition(version=version, revision=revision(connection), lax=lax)
