"""Tables are looked into by the index that was meant, whatever the statistics say, if any do."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from store.consents import _LATEST
from store.database import Database
from store.people import _FIND, _STAFF
from store.say import _REPLACE, _UNSENT
from store.silent import _SOLVED
from store.statements import Statement
from store.tickets import _EVERY_OPEN, _TWIN

NOW = datetime(2026, 11, 24, 15, 12, tzinfo=UTC)
MEANT = {
    "letters of a lane": (_UNSENT, {"among": ["a"]}, "SEARCH outbox USING INDEX ix_outbox_lane_id"),
    "a letter's follower": (
        _REPLACE,
        {"b_lane": "a", "b_replaces": "b", "b_now": NOW},
        "SEARCH outbox USING INDEX ix_outbox_lane_id",
    ),
    "open cases": (
        _EVERY_OPEN,
        dict[str, object](),
        "SCAN tickets USING INDEX ix_tickets_state_priority",
    ),
    "solved cases": (_SOLVED, {"among": [1]}, "SEARCH tickets USING INTEGER PRIMARY KEY"),
    "a case's twin": (
        _TWIN,
        {
            "organisation": 1,
            "typology": "a",
            "since": NOW,
            "among": ["new"],
            "not_of": 1,
            "after": 0,
        },
        "SEARCH tickets USING INDEX ix_tickets_organisation_typology_opened_at",
    ),
    "the desk's own": (_STAFF, {"roles": "%"}, "SCAN people USING INDEX ix_people_name_id"),
    "consents": (_LATEST, {"person": 1}, "SEARCH consents USING INDEX ix_consents_person"),
}


@pytest.mark.parametrize("which", MEANT)
@pytest.mark.parametrize("analysed", [False, True])
def test_no_table_is_read_whole(tmp_path: Path, which: str, analysed: bool) -> None:
    statement, values, way = MEANT[which]
    database = Database.open(f"sqlite:///{tmp_path / 'a.db'}", clock=lambda: NOW, fast=True)
    try:
        database.migrate()
        if analysed:
            with database.engine.begin() as connection:
                connection.execute(text("ANALYZE"))
        assert way in _plan(database, statement, values)
    finally:
        database.close()


@pytest.mark.parametrize(
    ("which", "way"),
    [
        ("letters of a lane", "ix_outbox_lane_id"),
        ("solved cases", "pk_tickets"),
        ("a case's twin", "ix_tickets_organisation_typology_opened_at"),
    ],
)
def test_a_plan_made_while_a_table_was_small_holds_when_it_has_grown(
    postgresql_url: str, which: str, way: str
) -> None:
    """PostgreSQL counts rows once a minute, and a rush begins before."""
    statement, values, _ = MEANT[which]
    database = Database.open(postgresql_url, clock=lambda: NOW)
    try:
        database.migrate()
        with database.engine.begin() as connection:
            connection.execute(text("ANALYZE"))
            plan = _kept_plan(connection, statement, values)
        assert "Seq Scan" not in plan
        assert way in plan
    finally:
        database.close()


def test_whoever_writes_is_found_without_reading_other_addresses(postgresql_url: str) -> None:
    """On a young database PostgreSQL knows nothing of a table, and takes any index that begins
    with the columns that are given."""
    database = Database.open(postgresql_url, clock=lambda: NOW)
    try:
        database.migrate()
        with database.engine.begin() as connection:
            values = {"channel": "slack", "account": "T1", "user": "U1"}
            plan = _kept_plan(connection, _FIND, values)
        assert "using pk_bindings on bindings" in plan
    finally:
        database.close()


def _kept_plan(connection: Connection, statement: Statement, values: Mapping[str, object]) -> str:
    compiled, given = statement.made(connection.dialect, values)
    connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
    connection.exec_driver_sql(f"PREPARE found AS {compiled.sql}")
    unknown = f"({', '.join(['NULL'] * len(given))})" if given else ""
    steps = connection.exec_driver_sql(f"EXPLAIN EXECUTE found{unknown}")
    return "\n".join(step[0] for step in steps)


def _plan(database: Database, statement: Statement, values: Mapping[str, object]) -> str:
    with database.engine.begin() as connection:
        compiled, given = statement.made(connection.dialect, values)
        raw = connection.connection.dbapi_connection
        assert raw is not None
        steps = raw.cursor().execute(f"EXPLAIN QUERY PLAN {compiled.sql}", given).fetchall()
    return "\n".join(str(step[-1]) for step in steps)
