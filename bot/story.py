"""The story of one case, as data: who does what where, and what must be seen afterwards.

The console plays it at a reader's speed, `radica demo` and the tests in no time; both through
the local platforms' own payloads (`bot/stage.py`), so every step is a real turn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

HOLDER = "holder"  # whoever holds the story's ticket: the winner of the race
OTHER = "other"  # the engineer who does not


@dataclass(frozen=True, kw_only=True)
class Write:
    """A client writes on the phone."""

    who: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A client presses a button of the newest question.

    The first of `prefer` that some button's code ends with wins; `repeat` goes on while the
    desk asks, so that a checklist of any length is answered.
    """

    who: str
    prefer: tuple[str, ...]
    repeat: bool = False


@dataclass(frozen=True, kw_only=True)
class Press:
    """One of the staff presses a step on the ticket's card; a form that opens is filled in."""

    who: str
    verb: str
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One of the staff writes in the ticket's thread."""

    who: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Order:
    """One of the staff gives a slash command in their direct messages."""

    who: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Jump:
    """The clock goes forwards."""

    by: timedelta


Act = Write | Answer | Press | Reply | Order | Jump


@dataclass(frozen=True, kw_only=True)
class Sees:
    """Something that must stand on a wall after the step.

    `where`: a client's key, "room", "thread" (of the story's ticket), or a colleague's key for
    their direct messages. `button` is the beginning of a code; `text` a part of what is read.
    """

    where: str
    text: str = ""
    button: str = ""
    only: bool = False  # a message that one person alone sees
    picture: bool = False


@dataclass(frozen=True, kw_only=True)
class Stands:
    """How the story's ticket must stand."""

    state: str
    held: bool = False


@dataclass(frozen=True, kw_only=True)
class Step:
    """One caption, one thing to watch. `seconds` is how long a reader needs.

    `later` is how much of the desk's own time has gone by since the step before.
    """

    name: str  # its caption is the catalogue's console.story.<name>
    view: str  # phone | channel | board | clock
    seconds: float
    acts: tuple[Act, ...]  # together: none waits for another
    expect: tuple[Sees | Stands, ...] = ()
    later: timedelta = timedelta()


@dataclass(frozen=True, kw_only=True)
class Script:
    """A whole story."""

    client: str
    steps: tuple[Step, ...]

    @property
    def seconds(self) -> float:
        """How long it takes a reader."""
        return sum(step.seconds for step in self.steps)


@dataclass(frozen=True, kw_only=True)
class Lines:
    """What is said in the story, in the words of one kind of desk."""

    trouble: str
    prefer: tuple[str, ...]
    reply: str
    heard: str  # a part of the reply
    detail: str
    note: str
    solution: str


_PICTURES = Lines(
    trouble="buenas, en la sala 2 el resonador no está pasando imágenes al PACS desde las 7",
    prefer=("scope:one",),
    reply="Gracias, Marta. Voy a liberar la cola; tarda unos 10 minutos.",
    heard="liberar la cola",
    detail="Sale «cola llena» en la consola.",
    note="// ojo: mismo síntoma que el 0998, revisar disco",
    solution="se liberó la cola de envío y ya entraron los 14 estudios pendientes.",
)
_PLATFORM = Lines(
    trouble="buenas, la plataforma no carga desde las 7",
    prefer=("scope:several",),
    reply="Gracias, Marta. Voy a reiniciar el servicio; tarda unos 10 minutos.",
    heard="reiniciar el servicio",
    detail="Sale «error 503» al entrar.",
    note="// ojo: mismo síntoma que la semana pasada, revisar memoria",
    solution="se reinició el servicio y la plataforma carga de nuevo.",
)
_FORM = Lines(
    trouble="buenas, el formulario de la plataforma da error al enviar desde las 7",
    prefer=("scope:several",),
    reply="Gracias, Marta. Voy a revisar el servicio de envíos; tarda unos 10 minutos.",
    heard="servicio de envíos",
    detail="Sale «no se pudo enviar» al final.",
    note="// ojo: mismo síntoma que la semana pasada, revisar la cola",
    solution="se reinició el servicio de envíos y los formularios ya salen.",
)
_DEVICE = Lines(
    trouble="buenas, el escáner del segundo piso dejó de funcionar desde las 7",
    prefer=("scope:several",),
    reply="Gracias, Marta. Le pido el servicio al contratista; viene hoy mismo.",
    heard="al contratista",
    detail="Prende, pero no toma el papel.",
    note="// ojo: está en el contrato de mantenimiento, pedir acta",
    solution="el contratista cambió el rodillo y el escáner funciona.",
)
_LINES = {"imexhs": _PICTURES, "ogtic": _FORM, "contractor": _DEVICE}
_DAY = timedelta(hours=24)
_ANYTHING = (":one", ":ok", ":yes", ":site", ":now", ":?")


def script(pack: str) -> Script:
    """The story for a pack; whatever its desk asks beyond it is answered too."""
    lines = _LINES.get(pack, _PLATFORM)
    return Script(client="marta", steps=(*_asked(lines), *_worked(lines), *_silent()))


def _asked(lines: Lines) -> tuple[Step, ...]:
    answer = Answer(who="marta", prefer=(*lines.prefer, *_ANYTHING), repeat=True)
    return (
        Step(
            name="writes",
            view="phone",
            seconds=4.5,
            acts=(Write(who="marta", text=lines.trouble),),
            expect=(Sees(where="marta", button="a:"),),
        ),
        Step(
            name="answers",
            view="phone",
            seconds=3.5,
            acts=(answer,),
            expect=(Sees(where="marta", button="c:send"),),
        ),
        Step(
            name="opens",
            view="phone",
            seconds=4.5,
            acts=(Answer(who="marta", prefer=("c:send",)),),
            expect=(Sees(where="room", button="t:claim:"), Stands(state="new")),
        ),
    )


def _worked(lines: Lines) -> tuple[Step, ...]:
    return (
        Step(
            name="race",
            view="channel",
            seconds=4.5,
            later=timedelta(minutes=19),
            acts=(Press(who="camila", verb="claim"), Press(who="andres", verb="claim")),
            expect=(Stands(state="taken", held=True), Sees(where="room", only=True)),
        ),
        Step(
            name="replies",
            view="channel",
            seconds=4,
            later=timedelta(minutes=2),
            acts=(Reply(who=HOLDER, text=lines.reply),),
            expect=(Sees(where="marta", text=lines.heard),),
        ),
        Step(
            name="thread",
            view="channel",
            seconds=4,
            later=timedelta(minutes=1),
            acts=(Write(who="marta", text=lines.detail), Reply(who=HOLDER, text=lines.note)),
            expect=(Sees(where="thread", text=lines.detail),),
        ),
        Step(
            name="solves",
            view="phone",
            seconds=4.5,
            later=timedelta(minutes=52),
            acts=(Press(who=HOLDER, verb="solve", answers={"solution": lines.solution}),),
            expect=(Stands(state="solved"), Sees(where="marta", button="t:yes:")),
        ),
    )


def _silent() -> tuple[Step, ...]:
    return (
        Step(
            name="reminder",
            view="phone",
            seconds=4,
            acts=(Jump(by=_DAY),),
            expect=(Stands(state="solved"), Sees(where="marta", button="t:not_tried:")),
        ),
        Step(
            name="closes",
            view="phone",
            seconds=4,
            acts=(Jump(by=2 * _DAY),),
            expect=(Stands(state="closed"), Sees(where="marta", button="t:still_fails:")),
        ),
        Step(
            name="report",
            view="board",
            seconds=4,
            acts=(Order(who="lucia", text="/report resumen semana"),),
            expect=(Sees(where="lucia", button="c:report:"), Sees(where="lucia", picture=True)),
        ),
    )


def filed(who: str, text: str, *prefer: str) -> tuple[Act, ...]:
    """A message that becomes a case: told, completed with the first answers offered, sent."""
    return (
        Write(who=who, text=text),
        Answer(who=who, prefer=(*prefer, *_ANYTHING), repeat=True),
        Answer(who=who, prefer=("c:send",)),
    )


def in_turn(name: str, acts: tuple[Act, ...], *expect: Sees) -> tuple[Step, ...]:
    """Acts one after another under one caption; what must be seen stands at the end."""
    last = len(acts) - 1
    return tuple(
        Step(name=name, view="phone", seconds=0, acts=(act,), expect=expect if i == last else ())
        for i, act in enumerate(acts)
    )


def _case_of_iris(text: str) -> tuple[Step, ...]:
    case = filed("iris", text, "no_guide", "register", "other_case", "scope:one")
    return in_turn("iris", (Write(who="iris", text="/nuevo"), *case))


_IRIS = {
    "imexhs": (
        "el resonador de la sala 1 no está pasando imágenes al PACS desde ayer",
        "los médicos no pueden firmar los informes en el RIS desde las 8, les pasa a varios",
        "el RIS está muy lento en todas las sedes desde las 9",
    )
}
_IRIS_ELSEWHERE = (
    "la plataforma no carga en admisiones desde ayer, les pasa a varios",
    "la impresora no imprime las órdenes desde las 8, a varias personas",
    "no se descarga el informe en PDF desde las 9, le pasa a todos",
)


def of_iris(pack: str) -> tuple[Step, ...]:
    """Her three open cases, in words that the pack knows."""
    texts = _IRIS.get(pack, _IRIS_ELSEWHERE)
    return tuple(step for text in texts for step in _case_of_iris(text))
