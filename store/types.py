"""Column types that mean the same on SQLite and PostgreSQL, and refuse what one of them would."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text, TypeDecorator
from sqlalchemy.types import TypeEngine
from typing_extensions import override

from store.clean import clean, fits
from store.encoding import decode, encode

Column = tuple[Any, ...]  # the values of one name, row by row


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: naive values are refused on the way in, aware UTC comes out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Raises ValueError for a moment without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a zone: {value.isoformat()}")
        utc = value if value.tzinfo is UTC else value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite gives naive moments, psycopg gives Etc/UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Plain(TypeDecorator[str]):
    """Text without NUL and lone surrogates."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """SQLite would keep a NUL, PostgreSQL refuse it: both get none."""
        return None if value is None else clean(value)


class Facts(TypeDecorator[Any]):
    """A JSON value; moments and spans survive the way there and back."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """None is kept as JSON null: such a column is never NULL."""
        return encode(value)

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The value as it was given."""
        return None if value is None else decode(value)


class Whole(TypeDecorator[int]):
    """A whole number of 63 bits and a sign; an autoincrementing key on SQLite too."""

    impl = BigInteger().with_variant(Integer, "sqlite")
    cache_ok = True

    @override
    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        """Raises ValueError for a number that neither database can hold."""
        if value is not None and not fits(value):
            raise ValueError("a number of more than 63 bits")
        return value


def writing(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """How a value of this type goes into the driver; None where it goes as it is."""
    if isinstance(kind, Whole):
        return None  # the driver refuses by itself what neither database can hold
    if isinstance(kind, Plain):
        return safe
    own = _WRITING.get((type(kind), dialect.name)) or _WRITING.get((type(kind), ""))
    return own or kind.dialect_impl(dialect).bind_processor(dialect)


def reading(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """How a value of this type comes out of the driver; None where it comes as it is."""
    if isinstance(kind, Plain | Whole):
        return None
    own = _READING.get((type(kind), dialect.name)) or _READING.get((type(kind), ""))
    return own or kind.dialect_impl(dialect).result_processor(dialect, None)


def _in_utc(value: datetime | None) -> datetime | None:
    if value is None or value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        raise ValueError(f"a moment without a zone: {value.isoformat()}")
    return value.astimezone(UTC)


@lru_cache(maxsize=1024)
def _moment_as_text(value: datetime | None) -> str | None:
    """A turn writes the same moment many times over."""
    utc = _in_utc(value)
    return None if utc is None else utc.isoformat(" ", "microseconds")[:26]


def _moment_from_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text + "+00:00")


def _moment_from_driver(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


def safe_together(texts: Column) -> Column:
    """Texts as they go into the driver: nearly always the very same, and one look at all of them
    costs as much as a look at one."""
    whole = "".join(filter(None, texts))
    same = (whole.isascii() and "\x00" not in whole) or clean(whole) is whole
    return texts if same else tuple(map(safe, texts))


def safe(text: str | None) -> str | None:
    """A text as it goes into the driver."""
    return None if text is None else clean(text)


def converted(column: Column, way: Callable[[Any], Any]) -> Column:
    """Every value of the column; once, where it is one value all the way down."""
    if column[0] is column[-1] and len(set(map(id, column))) == 1:
        return (way(column[0]),) * len(column)
    return tuple(map(way, column))


def _facts(text: str | None) -> Any:
    return None if text is None else decode(text)


# The same conversions as the decorators above, without the way through SQLAlchemy.
_WRITING: dict[tuple[type[Any], str], Callable[[Any], Any]] = {
    (UtcDateTime, "sqlite"): _moment_as_text,
    (UtcDateTime, "postgresql"): _in_utc,
    (Facts, ""): encode,
}
_READING: dict[tuple[type[Any], str], Callable[[Any], Any]] = {
    (UtcDateTime, "sqlite"): _moment_from_text,
    (UtcDateTime, "postgresql"): _moment_from_driver,
    (Facts, ""): _facts,
}
