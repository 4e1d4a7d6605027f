"""What makes each policy different, as steps that follow its story in the demo."""

from collections.abc import Mapping

from bot.story import Act, Sees, Step, Write, filed, in_turn


def _said(who: str, text: str) -> tuple[Act, ...]:
    return (Write(who=who, text=text),)


def _filed(who: str, text: str) -> tuple[Act, ...]:
    return filed(who, text, "scope:several")


_FORM = (
    "quiero solicitar un cambio en la plataforma",
    "Un reporte de solicitudes por provincia, con fecha y estado, que hoy no existe.",
    "Lo piden las oficinas provinciales; ahorra llamadas.",
    "Ninguna otra área.",
)

_OWN: Mapping[str, tuple[Step, ...]] = {
    "imexhs": (
        *in_turn(
            "own_guide",
            _said("omar", "me equivoqué en la cédula de una paciente en el RIS, cómo la arreglo"),
            Sees(where="omar", text="Editar datos"),
        ),
        *in_turn(
            "own_safety",
            _said("omar", "envié las imágenes a otra paciente por error, cómo las paso"),
            Sees(where="room", text="Seguridad del paciente"),
        ),
        *in_turn(
            "own_overdue",
            _filed("berta", "no se ven imágenes en el portal, nos pasa a todos desde hoy"),
            Sees(where="berta", text="2.1.2"),
        ),
    ),
    "sgm": in_turn(
        "own_row",
        _filed("omar", "necesito liberar un paciente que quedó abierto"),
        Sees(where="omar", text="Tabla 2"),
    ),
    "generic": (
        *in_turn(
            "own_excluded",
            _said("omar", "necesitamos que desarrollen un módulo nuevo fuera del contrato"),
            Sees(where="omar", text="5.a"),
        ),
        *in_turn(
            "own_queue",
            _filed("iris", "se cayó todo, nadie puede trabajar desde hoy"),
            Sees(where="iris", text="antes que los demás"),
        ),
    ),
    "ogtic": in_turn(
        "own_form",
        tuple(Write(who="omar", text=text) for text in _FORM),
        Sees(where="omar", text="4 de 4"),
    ),
    "contractor": in_turn(
        "own_network",
        _filed("omar", "programar el cambio del switch principal de la red"),
        Sees(where="omar", text="una semana antes"),
    ),
}


def steps(pack: str) -> tuple[Step, ...]:
    """The steps of a pack by its name; none for a pack of somebody's own."""
    return _OWN.get(pack, ())
