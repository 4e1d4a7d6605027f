"""The desk's own people from a file: who they are in Slack, what they may do."""

from dataclasses import replace
from pathlib import Path

from bot.accounts import Accounts
from bot.imports.clients import Imported
from bot.imports.table import Column, Line, Table, read, several
from store.turn import Turn

ROLES = ("engineer", "supervisor", "committee", "sales", "admin")
LEVELS = range(1, 6)


def load(path: Path) -> Table:
    """The file, judged. Raises TableFaults with everything that is wrong."""
    table = read(
        path,
        {
            "name": Column(required=True),
            "slack_user": Column(required=True),
            "roles": Column(_roles, required=True, default=()),
            "level": Column(_level, default=1),
        },
    )
    users: dict[str, Line] = {}
    for line in table.lines:
        before = users.setdefault(line["slack_user"], line)
        if before is not line:
            table.fault(line, f"slack_user is already that of line {before.number}")
    table.check()
    return table


def write(turn: Turn, table: Table, accounts: Accounts) -> Imported:
    """Put the file into the desk. Doing it again changes nothing."""
    added = sum(_member(turn, line, accounts) for line in table.lines)
    turn.audit.add(None, "staff_imported", {"lines": len(table.lines), "added": added})
    return Imported(added, len(table.lines) - added)


def _member(turn: Turn, line: Line, accounts: Accounts) -> bool:
    """Write one person. True when new. Rights are what the file says, also when it says less."""
    known = turn.people.find("slack", accounts.slack, line["slack_user"])
    roles, level = frozenset(line["roles"]), line["level"]
    if known is None:
        person = turn.people.add_person(line["name"], roles=roles, level=level)
        turn.people.bind(person.id, "slack", accounts.slack, line["slack_user"])
        return True
    wanted = replace(known, name=line["name"], roles=roles, level=level, active=True)
    if wanted != known:
        turn.people.update_person(wanted)
    return False


def _roles(text: str) -> tuple[str, ...]:
    roles = several(text.lower().replace(" ", ";"))
    wrong = [role for role in roles if role not in ROLES]
    if wrong:
        raise ValueError(f"'{wrong[0]}' is not one of {', '.join(ROLES)}")
    return roles


def _level(text: str) -> int:
    if not text.isdecimal() or int(text) not in LEVELS:
        raise ValueError(f"'{text}' is not a level from {LEVELS[0]} to {LEVELS[-1]}")
    return int(text)
