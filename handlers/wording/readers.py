"""Whose words: the catalogue for one reader, with the pack's own names in it."""

from handlers.wording.words import Words
from policy.pack import Policy
from policy.remembered import remembered
from store.turn import Turn
from store.values import Person


def words_for(turn: Turn, person: Person | None) -> Words:
    """The reader's language, zone and country; the desk's own for nobody in particular."""
    desk = turn.book.desk
    country = _country(turn, person)
    language = person.language if person and person.language else desk.languages[0]
    return Words(
        language,
        zone=(person.zone if person else "") or _zone(turn.book, country) or desk.zone,
        home_zone=desk.zone,
        country=country,
        address=desk.address,
        now=turn.now,
        priorities=_priorities(turn.book, language),
        source=turn.book.source_label,
    )


def zone_of(turn: Turn, person: Person) -> str:
    """Whose clock the person reads: their own, their country's, the desk's."""
    return zone_at(turn, person.zone, _country(turn, person))


def zone_at(turn: Turn, own: str, country: str) -> str:
    """The same, by the parts that decide it."""
    desk = turn.book.desk
    return own or _zone(turn.book, country or desk.country) or desk.zone


def _country(turn: Turn, person: Person | None) -> str:
    if person is None or person.organisation is None:
        return turn.book.desk.country
    return turn.people.organisation(person.organisation).country


@remembered
def _priorities(policy: Policy, language: str) -> dict[str, str]:
    return {priority.key: priority.name[language] for priority in policy.priorities}


@remembered
def _zone(policy: Policy, country: str) -> str:
    """The country's zone as the pack states it; empty where it does not."""
    return next((c.zone for c in policy.countries if c.code == country), "")
