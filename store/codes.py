"""Invitation codes: eight letters that bind an address to a person, once, for a while."""

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import choice
from typing import Final

from sqlalchemy import and_, bindparam, delete, insert, select, update

from store.session import Session
from store.statements import Statement, Upsert
from store.tables import code_tries, invitations

ALPHABET: Final = "ABCDEFGHJKMNPQRSTUVWXYZ"  # no I, L, O: nobody reads them aloud the same way
LENGTH: Final = 8
TRIES: Final = 5
COOLING: Final = timedelta(hours=1)

_MISS = Upsert(
    code_tries,
    ["who"],
    changes=lambda new: {"tries": code_tries.c.tries + 1},
    returning=[code_tries.c.tries],
)
_USE = Statement(
    update(invitations)
    .where(
        and_(
            invitations.c.code_hash == bindparam("b_hash"),
            invitations.c.used_at.is_(None),
            invitations.c.expires_at > bindparam("b_now"),
        )
    )
    .values(used_at=bindparam("b_now"))
    .returning(invitations.c.person)
)

_WHOSE = Statement(
    select(invitations.c.person).where(
        invitations.c.code_hash == bindparam("b_hash"),
        invitations.c.used_at.is_(None),
        invitations.c.expires_at > bindparam("b_now"),
    )
)


class Invitations:
    """Codes are kept as hashes; whoever guesses wrong five times in an hour has to wait it out."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def make(self, person: int, expires_at: datetime) -> str:
        """A new code for this person; earlier unused ones stop working."""
        code = "".join(choice(ALPHABET) for _ in range(LENGTH))
        run = self._session.run
        run(
            delete(invitations).where(
                invitations.c.person == person, invitations.c.used_at.is_(None)
            )
        )
        run(
            insert(invitations),
            {"code_hash": hashed(code), "person": person, "expires_at": expires_at},
        )
        return code

    def use(self, code: str, now: datetime, by: str) -> int | None:
        """The person id behind a code, which is used up; None for a wrong, old or barred one."""
        if not self._may_try(by, now):
            return None
        found = self.use_seal(hashed(code), now)
        if found is None:
            self._miss(by, now)
        return found

    def use_seal(self, seal: str, now: datetime) -> int | None:
        """The person id behind what `hashed` kept of a code, which is used up; None if too late."""
        found = self._session.run(_USE, {"b_hash": seal, "b_now": now}).first()
        return None if found is None else int(found.person)

    def whose(self, code: str, now: datetime, by: str) -> int | None:
        """As `use`, but the code stays good: somebody has still to say that it is them."""
        if not self._may_try(by, now):
            return None
        found = self._session.run(_WHOSE, {"b_hash": hashed(code), "b_now": now}).first()
        if found is None:
            self._miss(by, now)
            return None
        return int(found.person)

    def left(self, by: str, now: datetime) -> tuple[int, datetime]:
        """How many wrong codes are still let pass, and when the count begins anew."""
        run = self._session.run
        tried = run(select(code_tries).where(code_tries.c.who == by)).first()
        if tried is None or tried.since + COOLING <= now:
            return TRIES, now
        return max(0, TRIES - int(tried.tries)), tried.since + COOLING

    def _miss(self, by: str, now: datetime) -> None:
        self._session.run(_MISS, {"who": by, "tries": 1, "since": now})

    def _may_try(self, by: str, now: datetime) -> bool:
        run = self._session.run
        tried = run(select(code_tries).where(code_tries.c.who == by)).first()
        if tried is None:
            return True
        if tried.since + COOLING <= now:
            run(delete(code_tries).where(code_tries.c.who == by))
            return True
        return bool(tried.tries < TRIES)


def hashed(code: str) -> str:
    """What is kept of a code: case, spaces and hyphens do not matter."""
    letters = "".join(c for c in code.upper() if c.isalnum())
    return sha256(f"radica-invitation:{letters}".encode("utf-8", "replace")).hexdigest()
