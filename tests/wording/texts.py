"""The catalogues as the lints see them: entries with their comments, filled with longest facts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers.letters.letter import plain
from handlers.wording import Words
from handlers.wording.catalogue import source
from handlers.wording.template import holes, parse

BOTH = ("es", "en")
TO_CLIENTS = (
    "first.", "talk.", "intake.", "article.", "closed.", "ticket.", "rating.", "help.",
    "privacy.", "group.", "nontext.", "quarantine.apology", "refusal.", "admin.",
    "news.",
)  # fmt: skip
NOW = datetime(2026, 9, 23, 15, 12, tzinfo=UTC)
FAR = datetime(2026, 9, 30, 18, 0, tzinfo=UTC)  # a Wednesday, noon in Mexico City
LONGEST: dict[str, Any] = {
    "name": "Maximiliano",
    "holder": "Maximiliano",
    "client": "Maximiliano",
    "supervisor": "Maximiliano",
    "who": "Maximiliano",
    "author": "Maximiliano",
    "by": "Maximiliano",
    "person": "Maximiliano Villavicencio",
    "organisation": "Hospital Universitario San Vicente Fundación",
    "desk": "Soporte IMEXHS",
    "subject": "No se ven las imágenes de los estudios anteriores del paciente"[:60],
    "details": "Resonador de 3 teslas, sala 2, desde ayer a las 7:00 a. m., varias personas",
    "summary": "No pasan imágenes · resonador, sala 2 · desde hoy 7:00 a. m. · solo resonancia",
    "draft": "en la sala 2 el resonador no está pasando imágenes al PACS desde las siete de hoy",
    "text": "x" * 180,
    "question": "¿puede mandar una foto del mensaje que sale en la consola del resonador?",
    "solution": "se liberó la cola de envío y ya entraron los catorce estudios pendientes de ayer.",
    "reason": "ya se actualizó la versión y quedó probado con usted por teléfono esta mañana.",
    "lines": "\n".join("• mié 30 sep, 12:00 p. m.: le dimos la solución" for _ in range(3)),
    "cases": "104201, 104202, 104203",
    "notice": "La red, los cables y los puntos son de su institución; revíselos con sistemas",
    "requirement": "el nombre de la sede, el equipo y el título de la AE",
    "answer": "label.scope_several",
    "title": "Cómo corregir los datos de un paciente en el RIS",
    "article": "cambiar-datos-estudio",
    "plan": "Bronce",
    "clause": "2.1.2; sección 3",
    "contact": "telegram, slack",
    "channels": "correo y portal",
    "hours": "de lunes a viernes, de 8:00 a. m. a 4:00 p. m.",
    "phone": "+57 601 000 0000",
    "email": "soporte@mesa.example",
    "invoice": "FV-221045",
    "reference": "9f2c1a7b",
    "level_name": "Líder de soporte técnico",
    "role": "role.engineer",
    "why": "closed.holiday",
    "what": "history.resumed",
    "how": "closed_how.withdrawn",
    "because": "because.raised",
    "channel": "whatsapp",
    "state": "waiting",
    "priority": "medium",
    "zone": "America/Mexico_City",
    "version": "2026-11",
    "attached": "nota de voz, foto, archivo",
    "judged": "judged.matrix",
    "risk": "risk.report",
    "next": "queue.next",
    "says": "con prioridad, antes que los demás, en cuanto alguien queda libre",
    "urgent": "Línea directa (+1 809 555 0100)",
    "others": "Correo de soporte (soporte@example.org)",
    "cause": "la energía de su institución",
    "ahead": 12,
    "step": 4,
    "total": 4,
}
NUMBERS = (
    "number",
    "linked",
    "count",
    "level",
    "days",
    "minutes",
    "left",
    "round",
    "stars",
    "right",
    "wrong",
)
FORMATS: dict[str, Any] = {
    "when": FAR,
    "by": FAR,
    "hour": FAR,
    "short": FAR,
    "date": FAR,
    "week": [[[480, 960]]] * 5 + [[], []],
    "span": timedelta(hours=48, minutes=59),
    "clock": 599,
    "number": 10420,
    "signed": 120,
    "city": "America/Mexico_City",
}


@dataclass(frozen=True)
class Entry:
    """One text of a catalogue. `buttons` are those that its comment recommends."""

    key: str
    text: str
    forms: tuple[str, ...]
    comments: str

    @property
    def buttons(self) -> tuple[str, ...]:
        """Label keys."""
        found = re.search(r"buttons: ([\w., ]+?)(?: where:| facts:|$)", self.comments)
        return tuple(re.findall(r"label\.\w+", found[1])) if found else ()

    @property
    def is_part(self) -> bool:
        """Whether it never ends a turn by itself."""
        return "part of a message" in self.comments

    @property
    def facts(self) -> set[str]:
        """Names of its placeholders."""
        return {hole.name for form in self.forms for hole, _ in holes(parse(form))}


def entries(language: str) -> Iterator[Entry]:
    """Every entry of a catalogue."""
    for message in source(language):
        keys, texts = _all(message.id), _all(message.string)
        if keys[0]:
            yield Entry(keys[0], texts[-1], texts, " ".join(message.auto_comments))


def to_clients(language: str) -> Iterator[Entry]:
    """The entries that clients read."""
    return (entry for entry in entries(language) if entry.key.startswith(TO_CLIENTS))


def far_reader(language: str) -> Words:
    """A reader whose times take the most room: another zone, another week."""
    return Words(
        language,
        zone="America/Mexico_City",
        home_zone="America/Bogota",
        country="MX",
        now=NOW,
        source="política",
    )


def filled(words: Words, entry: Entry) -> str:
    """The text with the longest legal facts, optional stretches included."""
    return plain(words.text(entry.key, **facts_for(entry)))


def facts_for(entry: Entry) -> dict[str, Any]:
    """A fact for every placeholder of an entry."""
    named = {hole.name: hole.format for form in entry.forms for hole, _ in holes(parse(form))}
    return {name: _fact(name, how) for name, how in named.items()}


def _fact(name: str, how: str) -> Any:
    if how in FORMATS:
        return FORMATS[how]
    if name in NUMBERS:
        return 104200
    return LONGEST.get(name, "Maximiliano")


def _all(one_or_more: Any) -> tuple[str, ...]:
    """The forms of a message: one, or one and many."""
    return (one_or_more,) if isinstance(one_or_more, str) else tuple(one_or_more)
