"""What makes each policy different, as steps that follow its story in the demo."""

from collections.abc import Mapping

from bot.story import Act, Answer, Sees, Step, Write

# What a case asks beyond its words, answered with the first that the desk offers.
_ASKED = ("scope:several", ":one", ":ok", ":yes", ":site", ":now", ":?")


def _filed(who: str, text: str) -> tuple[tuple[Act, ...], ...]:
    """A message that becomes a case: told, completed, sent."""
    return (
        (Write(who=who, text=text),),
        (Answer(who=who, prefer=_ASKED, repeat=True),),
        (Answer(who=who, prefer=("c:send",)),),
    )


def _steps(name: str, acts: tuple[tuple[Act, ...], ...], *expect: Sees) -> tuple[Step, ...]:
    """Acts one after another under one caption; what must be seen stands at the end."""
    last = len(acts) - 1
    return tuple(
        Step(name=name, view="phone", seconds=0, acts=one, expect=expect if i == last else ())
        for i, one in enumerate(acts)
    )


def _said(who: str, text: str) -> tuple[tuple[Act, ...], ...]:
    return ((Write(who=who, text=text),),)


_FORM = (
    "quiero solicitar un cambio en la plataforma",
    "Un reporte de solicitudes por provincia, con fecha y estado, que hoy no existe.",
    "Lo piden las oficinas provinciales; ahorra llamadas.",
    "Ninguna otra área.",
)

_OWN: Mapping[str, tuple[Step, ...]] = {
    "imexhs": (
        *_steps(
            "own_guide",
            _said("omar", "me equivoqué en la cédula de una paciente en el RIS, cómo la arreglo"),
            Sees(where="omar", text="Editar datos"),
        ),
        *_steps(
            "own_overdue",
            _filed("berta", "no se ven imágenes en el portal, nos pasa a todos desde hoy"),
            Sees(where="berta", text="2.1.2"),
        ),
    ),
    "sgm": _steps(
        "own_row",
        _filed("omar", "necesito liberar un paciente que quedó abierto"),
        Sees(where="omar", text="Tabla 2"),
    ),
    "generic": (
        *_steps(
            "own_excluded",
            _said("omar", "necesitamos que desarrollen un módulo nuevo fuera del contrato"),
            Sees(where="omar", text="5.a"),
        ),
        *_steps(
            "own_queue",
            _filed("iris", "se cayó todo, nadie puede trabajar desde hoy"),
            Sees(where="iris", text="antes que los demás"),
        ),
    ),
    "ogtic": _steps(
        "own_form",
        tuple((Write(who="omar", text=text),) for text in _FORM),
        Sees(where="omar", text="4 de 4"),
    ),
    "contractor": _steps(
        "own_network",
        _filed("omar", "programar el cambio del switch principal de la red"),
        Sees(where="omar", text="una semana antes"),
    ),
}


def steps(pack: str) -> tuple[Step, ...]:
    """The steps of a pack by its name; none for a pack of somebody's own."""
    return _OWN.get(pack, ())
