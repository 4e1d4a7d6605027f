"""What a session asks of PostgreSQL: as few round trips as there are answers to wait for."""

from collections.abc import Sequence
from itertools import chain, islice
from typing import Any, Final

from sqlalchemy import Connection, Executable
from typing_extensions import override

from store.cursors import Cursor, Found, Told, Write
from store.libpq import Answer, Asked, Link
from store.statements import Compiled, Row

CROWD: Final = 10  # rows from which on one statement for all is the faster one
COMMIT: Final[Asked] = ("COMMIT", ())


class Linked(Cursor):
    """What waits goes along with what is asked; many rows of one statement go as a value a column.
    A read that was expected is answered with the statement before it."""

    def __init__(self, connection: Connection, told: Told | None = None) -> None:
        super().__init__(connection, told)
        self._link: Link = connection.info[Link]
        self._sent: list[Asked] = []
        self._expected: list[tuple[Compiled, Row]] = []
        self._answers: list[tuple[Compiled, Row, Found]] = []

    @override
    def expect(self, compiled: Compiled, given: Row) -> None:
        self._expected.append((compiled, given))

    @override
    def send(self, compiled: Compiled, given: Row) -> None:
        self._answers.clear()
        self._sent.append((compiled.sql, given))

    @override
    def settle(self) -> None:
        self._ask([])

    @override
    def run(self, compiled: Compiled, given: Row) -> Found:
        for answer in self._answers:
            if answer[0] is compiled and answer[1] == given:
                self._answers.remove(answer)
                return answer[2]
        if compiled.writes:
            self._answers.clear()
        expected = [each for each in self._expected if each != (compiled, given)]
        self._expected.clear()
        asked = [(compiled, given), *expected]
        answers = self._ask([(each.sql, row) for each, row in asked])
        found = [_found(each, answer) for (each, _), answer in zip(asked, answers, strict=True)]
        self._answers += [(*each, was) for each, was in zip(expected, found[1:], strict=True)]
        return found[0]

    @override
    def run_many(self, compiled: Compiled, rows: Sequence[Row]) -> int:
        self._answers.clear()
        return sum(answer.rowcount for answer in self._ask(_pieces(compiled, rows)))

    @override
    def run_core(self, statement: Executable, values: Any) -> Any:
        self._answers.clear()
        self.settle()
        return super().run_core(statement, values)

    @override
    def script(self, sql: str) -> None:
        self._answers.clear()
        self._ask([(sql, ())])

    @override
    def write(self, writes: Sequence[Write], *, last: bool = False) -> None:
        self._answers.clear()
        pieces = [_pieces(write.compiled, write.rows) for write in writes]
        commits = last and self._link.stands
        # What must be found is looked at before it is kept.
        looked_at = any(write.stale for write in writes)
        then = [COMMIT] if commits and not looked_at else []
        answers = iter(self._ask([*chain(*pieces)], then, heard=looked_at))
        if looked_at:
            for write, asked in zip(writes, pieces, strict=True):
                write.check(sum(answer.rowcount for answer in islice(answers, len(asked))))
            if commits:
                self._link.ask([COMMIT])

    def _ask(
        self, asked: Sequence[Asked], then: Sequence[Asked] = (), *, heard: bool = True
    ) -> list[Answer]:
        """What was sent, then these, in one round trip; what these found, if it is `heard`."""
        sent, mine = len(self._sent), [*self._sent, *asked]
        self._sent.clear()
        for sql, _ in mine:
            self._before(sql)
        told = [*mine, *then]
        return self._link.ask(told, unheard=sent if heard else len(told)) if told else []


def _pieces(compiled: Compiled, rows: Sequence[Row]) -> list[Asked]:
    if len(rows) == 1:
        return [(compiled.sql, rows[0])]
    if len(rows) >= CROWD and compiled.many is not None:
        return [compiled.many.asked(rows)]
    if len(rows) < CROWD and compiled.several is not None:
        return [(compiled.several(len(rows)), [*chain.from_iterable(rows)])]
    return [(compiled.sql, row) for row in rows]


def _found(compiled: Compiled, answer: Answer) -> Found:
    rows = compiled.rows(answer.rows) if compiled.row is not None else []
    return Found(rows, answer.rowcount)
