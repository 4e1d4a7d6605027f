"""What people agreed to: each answer to the privacy notice is kept, as proof."""

from dataclasses import asdict, fields

from sqlalchemy import bindparam, insert, select

from store.session import Session
from store.statements import Statement
from store.tables import consents
from store.values import Consent

_ANSWER = (consents.c[field.name] for field in fields(Consent))
_LATEST = Statement(
    select(*_ANSWER)
    .where(consents.c.person == bindparam("person"))
    .order_by(consents.c.id.desc())
    .limit(1),
    by="INDEXED BY ix_consents_person",
)


class Consents:
    """Answers are added and never changed; the latest one counts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def latest(self, person: int) -> Consent | None:
        """The person's latest answer."""
        row = self._session.run(_LATEST, {"person": person}).first()
        return Consent(**row._asdict()) if row is not None else None

    def add(self, person: int, version: str, answer: str, channel: str) -> Consent:
        """Keep the answer; earlier ones stay."""
        consent = Consent(
            person=person, version=version, answer=answer, channel=channel, at=self._session.now
        )
        self._session.run(insert(consents), asdict(consent))
        return consent
