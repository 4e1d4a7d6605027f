"""Who lives around the desk, and what they say. Every institution leaves its mark in its words."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from handlers.inbound import Address
from policy.house import House, Room
from store.turn import Turn

TELEGRAM, TEAM = "777", "T1"
ROOM = Room("slack", TEAM, "C1")
HOUSE = House(enrolment="invite", rooms=(ROOM,), supervisors=frozenset({"ULUCIA"}))
INSIDE = "zarigueya"  # stands in every note that no client may ever read

LAGO, NORTE, SUR = "Clínica Lago Gris", "Hospital Norte", "Centro Sur"
MARKS = {LAGO: "xlagogris", NORTE: "xnorteblanco", SUR: "xsurpardo"}


@dataclass(frozen=True, kw_only=True)
class Someone:
    """A person at one address."""

    address: Address
    organisation: str = ""  # empty for staff and strangers
    roles: frozenset[str] = frozenset({"client"})
    language: str = "es"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """How Hypothesis names them."""
        printer.text(self.address.user)

    @property
    def name(self) -> str:
        """As the platform shows it."""
        return self.address.name

    @property
    def mark(self) -> str:
        """The word that this person's institution leaves in whatever its people write."""
        return MARKS.get(self.organisation, "")

    def in_thread(self, thread: str) -> Address:
        """The same person, writing in a thread."""
        return replace(self.address, thread=thread)


def _phone(name: str, user: str, organisation: str = "", **more: str) -> Someone:
    address = Address(channel="telegram", account=TELEGRAM, user=user, chat=user, name=name)
    language = more.get("language", "es")
    roles = frozenset({"client", *more.get("also", "").split()})
    return Someone(address=address, organisation=organisation, language=language, roles=roles)


def _seat(name: str, user: str, *roles: str) -> Someone:
    address = Address(
        channel="slack", account=TEAM, user=user, chat=ROOM.chat, name=name, private=False
    )
    return Someone(address=address, roles=frozenset(roles))


CLIENTS = (
    _phone("Marta Ríos", "501", LAGO),
    _phone("Diego Paz", "502", LAGO, also="client_admin"),
    _phone("Inés Vega", "503", NORTE, language="en"),
    _phone("Pablo Sol", "504", SUR),
    Someone(
        address=Address(channel="slack", account=TEAM, user="USOFIA", chat="DSOFIA", name="Sofía"),
        organisation=NORTE,
    ),
)
STRANGER = _phone("Nadia Soto", "901")
STAFF = (
    _seat("Camila Torres", "UCAMILA", "engineer"),
    _seat("Luis Mora", "ULUIS", "engineer"),
    _seat("Lucía Prado", "ULUCIA", "engineer", "supervisor"),
)
PEOPLE = (*CLIENTS, STRANGER, *STAFF)
UNPAID = ("F-1", date(2026, 9, 1))
PLANS = {
    "imexhs": {LAGO: "silver", NORTE: "gold", SUR: "bronce"},
    "sgm": {LAGO: "sgm", NORTE: "sgm", SUR: "sgm"},
}


def settle_in(turn: Turn) -> None:
    """Everybody is known, except the stranger; one institution owes an old invoice."""
    homes = {
        name: turn.people.add_organisation(name, country="CO", plan=plan)
        for name, plan in PLANS[turn.book.name].items()
    }
    turn.people.add_invoice(homes[SUR].id, *UNPAID)
    for someone in (*CLIENTS, *STAFF):
        home = homes.get(someone.organisation)
        person = turn.people.add_person(
            someone.name,
            organisation=home.id if home else None,
            roles=someone.roles,
            language=someone.language,
        )
        here = someone.address
        chat = here.chat if here.private else ""
        turn.people.bind(person.id, here.channel, here.account, here.user, chat)


TEXTS = (
    "en la sala 2 el resonador no está pasando imágenes al PACS desde las 7, solo a mí",
    "el RIS está caído, nadie puede trabajar, estamos parados",
    "el sistema sacó dos facturas iguales por la misma orden y yo solo le di una vez",
    "la factura electrónica salió con el correo de la hija y era el del señor, yo lo digité así",
    "se me olvidó la clave del pacs, me la restablecen?",
    "necesito un acceso a metabase para la nueva coordinadora",
    "se nos cayó el internet de toda la sede",
    "no abre",
    "the viewer does not open since this morning, several of us",
    "algo nuevo que pasa desde ayer con el visor, a todos",
    "no carga la página de la plataforma",
    "dónde cambio mi contraseña",
    "necesito migrar el programa a otro equipo la otra semana",
)
WORDS = (
    *("sí", "no", "gracias", "aún no lo pruebo", "hola", "👍", "ya lo hice y sigue igual"),
    *("salir", "nuevo", "mis casos", "persona", "ayuda", "volver", "retirar", "empeoró"),
    *(
        "¿alguna novedad?",
        "no sé",
        "no entiendo",
        "eres un robot?",
        "1042",
        "caso 1043",
        "3105",
        "5",
    ),
    *("solo a mí", "enviar", "mi clave es Abc12345!", "privacidad", "guias", "idioma"),
)
COMMANDS = (
    *("start", "nuevo", "casos", "salir", "persona", "guias", "privacidad", "ayuda", "idioma"),
    *("estado 1042", "caso", "estado 3106", "reporte", "nada", "ticket se dañó el visor"),
)
STAFF_WORDS = (
    "Lo reviso y le cuento",
    "¿Puede probar otra vez?",
    f"// ojo, esto es interno: {INSIDE}",
    f"🔒 {INSIDE} de la casa",
    "",
)
STAFF_COMMANDS = (
    *("report", "report resumen semana", "report pendientes", "report sla mes", "report nada"),
    *(
        "ticket 1042",
        "ticket 3105",
        "ticket",
        "ticket 99",
        "radica report",
        "radica ticket 1043",
        "radica",
    ),
)
DATES = ("extension", "agreed", "visit", "resolution")
EMOJI = ("👍", "🙏", "😡")
FILES = (("photo",), ("document", "photo"), ("voice",), ("sticker",), ("location",), ("video",))


def filled(form: str, way: int, people: tuple[int, ...]) -> dict[str, str]:
    """What is written into a form; the fourth way leaves it empty."""
    if way % 4 == 3:
        return {}
    level = str(1 + way % 3)
    priority = ("alta", "media", "baja", "planeado")[way // 4 % 4]
    forms = {
        "resolve": {"solution": "Reinicié el servicio y quedó"},
        "agree": {"reason": "Se acordó cerrar por teléfono"},
        "pause": {"cause": ("power", "network")[way // 4 % 2], "note": "la UPS está en alarma"},
        "date": {"kind": DATES[way // 4 % len(DATES)], "when": "2027-12-01 10:00", "reason": "sí"},
        "end": {"reason": ("unavailable", "missed_visit")[way // 4 % 2], "note": "nadie contesta"},
        "ask_client": {"question": "¿Desde qué equipo?"},
        "escalate": {"level": level, "need": "revisar", "tell": "yes" if way % 2 else "no"},
        "assign": {"person": str(people[way % len(people)]) if people else "0"},
        "note": {"text": f"nota {INSIDE}"},
        "priority": {"priority": priority, "reason": "así es"},
        "link": {"person": "Marta Ríos"},
        "open_ticket": {"detail": f"el visor no abre en ningún equipo {MARKS[NORTE]}"},
    }
    return forms.get(form, {})
