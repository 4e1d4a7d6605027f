"""The metadata of all tables, and the kinds of column they are made of."""

from sqlalchemy import Boolean, Column, ForeignKey, MetaData, text

from store.types import Facts, Plain, UtcDateTime, Whole

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def own_id() -> Column[int]:
    """A key that the database hands out."""
    return Column("id", Whole, primary_key=True, autoincrement=True)


def link(name: str, target: str, *, nullable: bool = True) -> Column[int]:
    """A key of another table."""
    return Column(name, Whole, ForeignKey(target), nullable=nullable)


def words(name: str, default: str | None = "") -> Column[str]:
    """Text that is never NULL."""
    return Column(name, Plain, nullable=False, server_default=default)


def flag(name: str, default: bool = False) -> Column[bool]:
    """Yes or no."""
    return Column(
        name, Boolean, nullable=False, server_default=text("true" if default else "false")
    )


def json(name: str, default: str = "{}") -> Column[object]:
    """A JSON value, see `store.encoding`."""
    return Column(name, Facts, nullable=False, server_default=default)


def number(name: str, default: int) -> Column[int]:
    """A whole number that is never NULL."""
    return Column(name, Whole, nullable=False, server_default=str(default))


def moment(name: str, *, nullable: bool = False) -> Column[object]:
    """An aware moment, kept in UTC."""
    return Column(name, UtcDateTime, nullable=nullable)
