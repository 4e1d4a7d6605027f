"""The catalogue, read aloud to one reader: a key and its facts become spans of text."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from typing_extensions import override

from handlers.letters.letter import Span, Text, plain
from handlers.wording import formats
from handlers.wording.catalogue import DOMAIN, catalogue, language_of, variant
from handlers.wording.formats import Reader
from handlers.wording.template import Hole, Part, Run, Stretch, parse

FESTIVO = frozenset({"CO", "MX", "ES"})  # elsewhere a public holiday is a "feriado"


class MissingFact(Exception):
    """A sentence was asked for without a fact that it needs: a mistake of the caller."""

    def __init__(self, key: str, name: str) -> None:
        super().__init__(f"{key} needs the fact {name!r}")
        self.key = key
        self.name = name


class Words(Reader):
    """The sentences for one reader. Facts are written by the reader's zone, country and day."""

    def __init__(
        self,
        language: str = "es",
        *,
        zone: str = "America/Bogota",
        home_zone: str = "",
        country: str | None = None,
        address: str = "usted",
        now: datetime | None = None,
        priorities: Mapping[str, str] | None = None,
        source: str = "",
        domain: str = DOMAIN,
    ) -> None:
        """`priorities` are the pack's own names by key; `source` is its word for a clause.

        Every catalogue speaks *usted*: a pack that asks for another address gets a catalogue of
        its own (`es_tu`) where one exists, never a mix of the two.
        """
        self.language = language_of(language)  # the one written: one of the catalogues'
        self.zone = zone
        self.home_zone = home_zone or zone
        self.country = country or ""
        self.now = now
        self._catalogue = catalogue(variant(self.language, address), domain)
        self._priorities = priorities or {}
        self._source = source

    def today(self) -> date:
        """The reader's own date. Raises LookupError where no `now` was given."""
        if self.now is None:
            raise LookupError("words without a now know no today")
        return self.local(self.now).date()

    def has(self, key: str) -> bool:
        """Whether the catalogue has a sentence under `key`."""
        return key in self._catalogue.keys

    def text(self, key: str, /, **facts: Any) -> Text:
        """The sentence in spans; every fact is a span of its own, never parsed.

        Raises KeyError for an unknown key and MissingFact for a fact that is not there.
        """
        count = facts.get("count")
        sentence = self._catalogue.sentence(key, count if isinstance(count, int) else 1)
        return _merged(_Reading(self, key, facts).spans(parse(sentence)))

    @override
    def line(self, key: str, /, **facts: Any) -> str:
        """The sentence without styles."""
        return plain(self.text(key, **facts))

    def label(self, key: str, /, **facts: Any) -> str:
        """The label of a button: `send` and `label.send` are the same key."""
        known = key if self.has(key) else f"label.{key}"
        return self.line(known, **facts)

    def write(self, how: str, value: Any) -> str:
        """One fact, written the way `how` says; plain text where it says nothing."""
        match how:
            case "" if not isinstance(value, (datetime, date, timedelta)):
                return str(value)
            case "" | "when" | "by" | "hour" | "short" | "date":
                return self._moment(how, value)
            case "span":
                return formats.span(self, value)
            case "week":
                return formats.week(self, value)
            case "clock":
                return formats.clock(value)
            case "number" | "signed":
                return formats.number(self, value, signed=how == "signed")
            case "city":
                return formats.city(self, value)
            case _:
                return self._name(how, str(value))

    def _moment(self, how: str, value: Any) -> str:
        if isinstance(value, timedelta):
            return formats.span(self, value)
        if how == "date" or not isinstance(value, datetime):
            return formats.long_date(self, value)
        writers = {"by": formats.by, "hour": formats.clock_hour, "short": formats.short}
        return writers.get(how, formats.when)(self, value)

    def _name(self, how: str, value: str) -> str:
        match how:
            case "priority" | "shout":
                name = self._priorities.get(value) or self._known(f"priority.{value}", value)
                return name.upper() if how == "shout" else name.lower()
            case "state" | "channel":
                return self._known(f"{how}.{value}", value)
            case "staff":
                return self._known(f"staff_state.{value}", value)
            case "word":
                return self._known(value, value)
            case "clause":
                return self._clause(value)
            case _:
                raise ValueError(f"no format is called {how!r}")

    def _known(self, key: str, otherwise: str) -> str:
        return self.line(key) if self.has(key) else otherwise

    def _clause(self, clause: str) -> str:
        source = self._source or self.line("word.policy")
        named = clause.lower().startswith(source.lower())
        return clause if named else f"{source}, {clause}"

    def holiday(self) -> str:
        """What the reader's country calls a public holiday."""
        festivo = not self.country or self.country in FESTIVO
        return self.line("word.festivo" if festivo else "word.feriado")


class _Reading:
    """One sentence being filled; the zone is named once, with its first time."""

    TIMES = frozenset({"when", "by", "hour", "short"})

    def __init__(self, words: Words, key: str, facts: Mapping[str, Any]) -> None:
        self.words = words
        self.key = key
        self.facts = facts
        self.zone_due = words.is_away

    def spans(self, parts: tuple[Part, ...]) -> Iterator[tuple[Span, bool]]:
        """Each span with whether it is a fact."""
        for part in parts:
            match part:
                case Run(text, bold, italic):
                    yield Span(text, bold=bold, italic=italic), False
                case Hole():
                    yield self._fact(part), True
                case Stretch(inner) if all(self._there(p) for p in inner):
                    yield from self.spans(inner)
                case Stretch():
                    continue

    def _fact(self, hole: Hole) -> Span:
        value = self.facts.get(hole.name)
        if value is None and hole.name == "holiday_word":
            value = self.words.holiday()
        if value is None:
            raise MissingFact(self.key, hole.name)
        text = self.words.write(hole.format, value)
        if self.zone_due and hole.format in self.TIMES and isinstance(value, datetime):
            self.zone_due = False
            text += formats.zone_name(self.words)
        return Span(text, bold=hole.bold, italic=hole.italic)

    def _there(self, part: Run | Hole) -> bool:
        return isinstance(part, Run) or self.facts.get(part.name) not in (None, "")


def _merged(spans: Iterator[tuple[Span, bool]]) -> Text:
    """Neighbouring runs of the catalogue become one; facts stay apart."""
    out: list[Span] = []
    runs_on = False
    for found, is_fact in spans:
        span = _without_second_stop(out[-1], found) if out and not is_fact else found
        if not span.text:
            continue
        if runs_on and not is_fact and _same_style(out[-1], span):
            out[-1] = replace(span, text=out[-1].text + span.text)
        else:
            out.append(span)
        runs_on = not is_fact
    return tuple(out)


def _without_second_stop(last: Span, run: Span) -> Span:
    """ "3:12 p. m." at the end of a sentence needs no second full stop."""
    if last.text.endswith(".") and run.text.startswith("."):
        return replace(run, text=run.text[1:])
    return run


def _same_style(one: Span, other: Span) -> bool:
    return (one.bold, one.italic) == (other.bold, other.italic)
