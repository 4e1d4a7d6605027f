"""Every entry of the catalogue that a person can put right is answered with its guide (D14)."""

import pytest

from tests.journeys.world import World

# What is said; whether the same words go by the guide from then on (else a patient is concerned).
SAID = {
    "facturacion-error-datos": ("escribí mal los datos de la factura, cómo los corrijo", True),
    "facturacion-contrato-vencido": (
        "al facturar sale que el convenio se venció, cómo lo renuevo",
        True,
    ),
    "facturacion-valores-orden": (
        "en facturación los valores de la orden quedaron mal digitados, cómo los corrijo",
        True,
    ),
    "metabase-pregunta": ("configuré mal una pregunta en Metabase, cómo la corrijo", True),
    "pacs-numero-acceso": ("puse mal el número de acceso del estudio, cómo lo cambio", True),
    "pacs-datos-paciente-equipo": (
        "en el equipo ingresé mal los datos del paciente, cómo los corrijo",
        False,
    ),
    "pacs-cambio-datos-estudio": (
        "cómo cambio los datos de un estudio que digité mal",
        False,
    ),
    "pacs-eliminacion": ("cómo elimino un estudio que subí por error", True),
    "pacs-envio-otra-paciente": (
        "envié las imágenes a otra paciente por error, cómo las paso",
        False,
    ),
    "pacs-enlazar-imagen": ("cómo enlazo una imagen al estudio que es", False),
    "portal-estado-no-actualizado": (
        "no cambié el estado y el paciente no ve el estudio en el portal, qué hago",
        True,
    ),
    "portal-documento-paciente": (
        "escribí mal el documento del paciente en el portal, cómo lo cambio",
        False,
    ),
    "portal-pacientes-duplicados": ("creé dos veces al mismo paciente, cómo los uno", False),
    "portal-convenio-otro-rol": (
        "el convenio no ve sus estudios porque le puse otro rol, cómo lo cambio",
        True,
    ),
    "portal-remitente-mal-asociado": (
        "asocié mal el remitente de un estudio, cómo lo cambio",
        True,
    ),
    "portal-remitente-rol": ("le puse al remitente el rol que no era, cómo lo cambio", True),
    "ris-devolucion-estado": (
        "avancé un estudio por error, cómo lo devuelvo de estado en el RIS",
        True,
    ),
    "ris-eliminacion-imagenes": ("en el RIS adjunté imágenes de más, cómo las elimino", True),
    "ris-nombre-estudio": ("cómo le cambio el nombre a un estudio en el RIS", True),
    "ris-contrato-vencido": (
        "el contrato aparece vencido al agendar en el RIS, cómo lo renuevo",
        True,
    ),
    "ris-firmas-formato": ("cómo cargo mi firma", True),
    "ris-datos-paciente": (
        "registré mal la cédula de una paciente en el RIS, cómo la corrijo",
        False,
    ),
    "ris-uso-herramienta": ("no sé usar el RIS, cómo agendo una cita", True),
    "ris-valores-orden": ("en el RIS digité mal los valores de la orden, cómo los corrijo", True),
}


@pytest.mark.requirement(
    *("S0-03", "S0-04", "S0-53", "S0-58", "S0-64", "D14"),
    *("S0-79", "S0-83", "S0-84", "S0-85", "S0-86"),
)
async def test_what_a_person_can_put_right_is_answered_with_its_guide(world: World) -> None:
    """No case is opened but for images of another patient; the rest goes by its guide."""
    found: dict[str, bool | str] = {}
    for typology, (said, _) in SAID.items():
        who = await world.client(f"Ana {typology}")
        await who.says(said)
        if "Me sirvió" not in who.labels:
            found[typology] = who.last
            continue
        assert "1. " in who.last, typology
        await who.presses("Me sirvió")
        await who.says(said)
        found[typology] = "Pedir revisión" in who.labels
    assert [case.typology for case in await world.tickets()] == ["pacs-envio-otra-paciente"]
    assert found == {typology: remembered for typology, (_, remembered) in SAID.items()}
    known = {one.id for one in world.book.typologies if one.misuse}
    assert set(SAID) == known
