"""Statements compiled once and run on the driver's own cursor, alike on both databases.

SQLAlchemy builds the SQL, names the columns and knows their types; its price is paid per
statement run, so what runs in every turn is compiled when it is first used and then goes straight
to the driver, with the same conversions on the way in and out.
"""

import collections
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from itertools import compress, count
from operator import call, itemgetter
from typing import Any, Final
from typing import cast as typed

from sqlalchemy import (
    Delete,
    Dialect,
    Executable,
    Insert,
    Table,
    Update,
    UpdateBase,
    any_,
    bindparam,
    cast,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import NullType, TypeEngine

from store.encoding import as_list
from store.types import Facts, converted, reading, safe, safe_together, writing

Changes = Callable[[Any], Mapping[str, Any]]
Values = Mapping[str, Any]
Row = tuple[Any, ...]
Way = Callable[[Any], Any]  # of a value, into the driver or out of it

BY_COLUMNS: Final = 8  # rows from which on values are converted column by column
ALIKE: Final = 50  # rows from which on a column that is the same in all of them goes as one value
WAYS: Final = 16  # in which columns of a statement are alike: each is prepared by itself

_FROM: Final = re.compile(r"(\b(?:FROM|UPDATE) \w+)")
_PLACES: Final = re.compile(r"%\((\w+)\)s")
_POSTGRES: Final = "postgresql"
_JOINS: Final[Mapping[type[Any], str]] = {Update: "FROM", Delete: "USING"}


@dataclass(frozen=True, eq=False)
class Passage:
    """How the values of a row go into the driver, or come out of it.

    They are picked so that texts come first and those that change last: what is done to a row is
    a handful of calls, however many columns it has.
    """

    pick: Callable[[Any], Row]
    texts: int
    unchanged: int  # the texts among them
    ways: tuple[Way, ...]  # of the others
    in_order: Callable[[Row], Row]
    as_given: Callable[[Any], Row]  # all of them in their order, unlooked at

    @classmethod
    def of(cls, names: Sequence[Any], ways: Sequence[Way | None]) -> "Passage":
        """For values under these names, or in these places, each with its way."""
        rank = [0 if way is safe else 1 if way is None else 2 for way in ways]
        picked = sorted(range(len(names)), key=rank.__getitem__)
        return cls(
            pick=_picking([names[place] for place in picked]),
            texts=rank.count(0),
            unchanged=len(rank) - rank.count(2),
            ways=tuple(way for way in ways if way is not None and way is not safe),
            in_order=_picking(sorted(range(len(names)), key=picked.__getitem__)),
            as_given=_picking(names),
        )

    def way(self) -> Callable[[Any], Row]:
        """`through`, in fewer calls where the values are all texts, or need nothing at all."""
        if self.ways or 0 < self.texts < self.unchanged:
            return self.through
        pick = self.as_given
        return (lambda given: safe_together(pick(given))) if self.texts else pick

    def through(self, given: Any) -> Row:
        """One row of values."""
        picked = self.pick(given)
        texts = picked[: self.texts]
        if texts and (clean := safe_together(texts)) is not texts:
            picked = (*clean, *picked[self.texts :])
        if self.ways:
            picked = (*picked[: self.unchanged], *map(call, self.ways, picked[self.unchanged :]))
        return self.in_order(picked)

    def columns_through(self, given: Mapping[str, Row] | Sequence[Row]) -> Iterable[Row]:
        """Rows that are given as a column of values for each name, or place."""
        picked = self.pick(given)
        texts, rest = picked[: self.texts], picked[self.texts : self.unchanged]
        clean = map(safe_together, texts)
        changed = map(converted, picked[self.unchanged :], self.ways)
        return zip(*self.in_order((*clean, *rest, *changed)), strict=True)


class Crowd:
    """A write of one row, for any number of rows in one statement of PostgreSQL's.

    What changes from row to row goes as a JSON list for each column, and what is alike in all of
    them as one value, which the server need not take apart.
    """

    def __init__(self, build: Callable[[Row], str]) -> None:
        self._build = lru_cache(maxsize=WAYS)(build)

    def asked(self, rows: Sequence[Row]) -> tuple[str, Row]:
        """The statement for these rows, and its values."""
        many, columns = len(rows), [*zip(*rows, strict=True)]
        lists = tuple(many < ALIKE or column.count(column[0]) < many for column in columns)
        if True not in lists:  # one must tell how many rows there are
            lists = (True, *lists[1:])
        values = (as_list(c) if listed else c[0] for listed, c in zip(lists, columns, strict=True))
        return self._build(lists), tuple(values)


@dataclass(frozen=True, eq=False)
class Compiled:
    """SQL of one database, the values it takes in their order, and how its rows are read."""

    sql: str
    many: Crowd | None  # the same for any number of rows; None where there is none
    several: Callable[[int], str] | None  # the same for so many rows, one behind another
    way_in: Passage
    given: Callable[[Values], Row]  # the values as the driver takes them
    constants: Values  # of the statement itself, under the names it gave them
    row: Callable[[Row], Any] | None  # makes a named tuple; None where nothing comes back
    way_out: Passage | None  # None where rows come as they are
    writes: bool

    def given_rows(self, columns: Mapping[str, Row], many: int) -> list[Row]:
        """So many rows, told as a column of values for each name, as the driver takes them."""
        constants = {name: (value,) * many for name, value in self.constants.items()}
        return [*self.way_in.columns_through({**constants, **columns})]

    def rows(self, found: Sequence[Row]) -> list[Any]:
        """Driver rows as named tuples of the desk's values."""
        if self.row is None:
            return []
        if self.way_out is None:
            return [*map(self.row, found)]
        if len(found) < BY_COLUMNS:
            return [*map(self.row, map(self.way_out.through, found))]
        return [*map(self.row, self.way_out.columns_through([*zip(*found, strict=True)]))]


class Statement:
    """A Core statement whose parts do not change. Give lists as single values, never `IN`.

    `by` tells SQLite how to look into the first table, such as "INDEXED BY ix_outbox_lane_id":
    without statistics, or with those of another day, it may choose to read all of it.
    """

    def __init__(
        self, built: Executable, postgres: Executable | None = None, *, by: str = ""
    ) -> None:
        self._by = by
        self._built = {"sqlite": built, _POSTGRES: postgres if postgres is not None else built}
        self._compiled: dict[str, dict[tuple[str, ...], Compiled]] = {n: {} for n in self._built}
        self._named = isinstance(built, Insert)  # its SQL has the names of the values
        self.tables = frozenset(_tables(built))
        self._left_out = _nullable(built)

    def made(self, dialect: Dialect, values: Values) -> tuple[Compiled, tuple[Any, ...]]:
        """The SQL for this database, and the values as its driver takes them.

        An insert names the columns that are given. Raises KeyError for a value that is missing,
        ValueError and TypeError as types do.
        """
        compiled = self._on(dialect, values)
        return compiled, compiled.given(values)

    def made_rows(
        self, dialect: Dialect, names: Sequence[str], rows: Sequence[Row]
    ) -> tuple[Compiled, list[Row]]:
        """The same for some rows that give the same values, each in the order of `names`. Where
        they are many, an insert leaves out a column that would be NULL in all of them."""
        many = len(rows)
        if many < BY_COLUMNS:
            compiled = self._on(dialect, names)
            given = compiled.given
            return compiled, [given(dict(zip(names, row, strict=True))) for row in rows]
        columns = {
            name: column
            for name, column in zip(names, zip(*rows, strict=True), strict=True)
            if name not in self._left_out or column.count(None) < many
        }
        compiled = self._on(dialect, columns)
        return compiled, compiled.given_rows(columns, many)

    def _on(self, dialect: Dialect, names: Iterable[str]) -> Compiled:
        known, key = self._compiled[dialect.name], tuple(names) if self._named else ()
        return known.get(key) or known.setdefault(key, self._of(dialect, key))

    def _of(self, dialect: Dialect, names: tuple[str, ...]) -> Compiled:
        compiled = _compile(self._built[dialect.name], dialect, names)
        if self._by and dialect.name != _POSTGRES:
            return replace(compiled, sql=_FROM.sub(rf"\1 {self._by}", compiled.sql, count=1))
        return compiled


def among(column: Any, build: Callable[[Any], Executable], *, by: str = "") -> Statement:
    """A statement about the rows whose column is in the list given as `among`, of any length."""
    inside = select(func.json_each(bindparam("among", type_=Facts)).table_valued("value").c.value)
    listed = cast(bindparam("among"), postgresql.ARRAY(column.type))
    return Statement(build(column.in_(inside)), build(column == any_(listed)), by=by)


class Patch:
    """An `UPDATE` of the columns that changed and no others: what stays costs no index.

    Values are named with a leading `b_`, in `where` and `always` too.
    """

    def __init__(self, table: Table, where: Sequence[Any], always: Mapping[str, Any]) -> None:
        self._table, self._where, self._always = table, where, always
        self._made: dict[tuple[str, ...], Statement] = {}

    def of(self, names: tuple[str, ...]) -> Statement:
        """The statement for changes of these columns."""
        known = self._made.get(names)
        if known is None:
            columns = self._table.c
            values = {n: bindparam(f"b_{n}", type_=columns[n].type) for n in names}
            built = update(self._table).where(*self._where).values(**values, **self._always)
            known = self._made[names] = Statement(built)
        return known


class Upsert(Statement):
    """`INSERT ... ON CONFLICT`. Without `changes` a conflict does nothing."""

    def __init__(
        self,
        table: Table,
        keys: Sequence[str],
        changes: Changes | None = None,
        returning: Sequence[Any] = (),
    ) -> None:
        super().__init__(
            _build(sqlite.insert(table), keys, changes, returning),
            _build(postgresql.insert(table), keys, changes, returning),
        )


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


def _compile(built: Any, dialect: Dialect, names: tuple[str, ...]) -> Compiled:
    if isinstance(built, Insert):
        # Without RETURNING nothing comes back: no key of the new row is asked for.
        compiled = built.inline().compile(dialect=dialect, column_keys=list(names))
    else:
        compiled = built.compile(dialect=dialect)
    binds = [compiled.binds[name] for name in _order(compiled)]
    keys = tuple(str(bind.key) for bind in binds)
    kinds = [bind.type for bind in binds]
    way_in = Passage.of(keys, [writing(kind, dialect) for kind in kinds])
    constants = {b.key: b.effective_value for b in compiled.binds.values() if not b.required}
    columns = list(getattr(built, "exported_columns", ()))
    ways_out = [reading(column.type, dialect) for column in columns]
    return Compiled(
        sql=_placed(compiled.string, dialect),
        many=_for_many(built, compiled, kinds),
        several=_for_several(built, compiled),
        way_in=way_in,
        given=_with(constants, way_in) if constants else way_in.way(),
        constants=constants,
        row=_row([column.key for column in columns]) if columns else None,
        way_out=Passage.of(range(len(columns)), ways_out) if any(ways_out) else None,
        writes=isinstance(built, UpdateBase),
    )


def _with(constants: Values, way_in: Passage) -> Callable[[Values], Row]:
    return lambda values: way_in.through({**constants, **values})


def _row(names: list[str]) -> Callable[[Row], Any]:
    named = typed("Any", collections).namedtuple("Row", names, rename=True)
    return partial(tuple.__new__, named)


def _placed(sql: str, dialect: Dialect) -> str:
    """Values go by their place on both databases: a dictionary a statement would cost more."""
    if dialect.name != _POSTGRES:
        return sql
    places = count(1)
    return _PLACES.sub(lambda _: f"${next(places)}", sql).replace("%%", "%")


def _for_many(built: Any, compiled: SQLCompiler, kinds: Sequence[TypeEngine[Any]]) -> Crowd | None:
    """None on SQLite, for what gives rows back, and where a value's type is not known."""
    dialect = compiled.dialect
    if dialect.name != _POSTGRES or not isinstance(built, UpdateBase) or built.exported_columns:
        return None
    inserts, joins = type(built) is Insert, _JOINS.get(type(built), "")
    what, _, where = compiled.string.partition(" WHERE ")
    if any(isinstance(kind, NullType) for kind in kinds) or not (inserts or joins and where):
        return None
    into, _, _ = compiled.string.partition(" VALUES (")
    types = [kind.compile(dialect=dialect) for kind in kinds]

    def build(lists: Row) -> str:
        told = [f"given.c{n}" if listed else f"${n}" for n, listed in enumerate(lists, 1)]
        values = [f"{value}::{kind}" for value, kind in zip(told, types, strict=True)]
        places = [*compress(count(1), lists)]
        columns = ", ".join(f"json_array_elements_text(${n}::json)" for n in places)
        rows = f"ROWS FROM ({columns}) AS given ({', '.join(f'c{n}' for n in places)})"
        if inserts:
            return " ".join((into, "SELECT", ", ".join(values), "FROM", rows))
        left = iter(values)
        sql = _PLACES.sub(lambda _: next(left), f"{what} {joins} {rows} WHERE {where}")
        return sql.replace("%%", "%")

    return Crowd(build)


def _for_several(built: Any, compiled: SQLCompiler) -> Callable[[int], str] | None:
    """A plain insert of one row on PostgreSQL, for a few rows; None for others."""
    postgres = compiled.dialect.name == _POSTGRES
    if not postgres or type(built) is not Insert or built.exported_columns:
        return None
    into, _, row = compiled.string.partition(" VALUES ")

    @cache
    def several(many: int) -> str:
        return _placed(f"{into} VALUES {', '.join([row] * many)}", compiled.dialect)

    return several


def _order(compiled: SQLCompiler) -> list[str]:
    if compiled.positiontup is not None:
        return list(compiled.positiontup)
    return _PLACES.findall(compiled.string)


def _picking(names: Sequence[Any]) -> Callable[[Any], Row]:
    """What is under these names, or in these places."""
    if len(names) > 1:
        return itemgetter(*names)
    if not names:
        return lambda _: ()
    (name,) = names
    return lambda values: (values[name],)


def _nullable(built: Any) -> frozenset[str]:
    if not isinstance(built, Insert) or not isinstance(built.table, Table):
        return frozenset()
    columns = built.table.columns
    return frozenset(c.name for c in columns if c.nullable and c.server_default is None)


def _tables(built: Any) -> Iterable[str]:
    for part in visitors.iterate(built):
        if isinstance(part, Table):
            yield part.name
    target = getattr(built, "table", None)
    if isinstance(target, Table):
        yield target.name
