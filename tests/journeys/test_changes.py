"""Changes: asked for by a form, judged by criteria, answered formally, carried out in stages."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from handlers.inbound import Done, Faults, Receipt, ShowForm, Toast
from handlers.letters import forms
from handlers.letters.letter import FormView
from handlers.wording.readers import words_for
from policy.ticket import State
from store.turn import Turn
from tests.journeys.world import Someone, Staff, World, flat

NUMBER = 501
ASKED = (  # our own reading of the form, in its order (S3-10..13)
    ("S3-10", "Cambio solicitado", "¿Qué cambio necesita?", "un campo para el correo alterno"),
    ("S3-11", "Justificación y beneficios", "qué beneficios espera", "menos llamadas a soporte"),
    ("S3-12", "Impacto en otras áreas", "¿Qué otras áreas", "el reporte de inscripciones"),
    ("S3-13", "Prioridad del cambio", "¿Qué prioridad le da usted?", "Mayor"),
)
CRITERIA = {  # (S3-15..19)
    "alineacion": ("S3-15", "Alineación con los objetivos", "MAP y de OGTIC"),
    "funcionalidad": ("S3-16", "Impacto en la funcionalidad", "rendimiento y a la estabilidad"),
    "costo-beneficio": ("S3-17", "Costo y beneficio", "frente al costo"),
    "prioridad": ("S3-18", "Prioridad y urgencia", "la urgencia del cambio"),
    "viabilidad": ("S3-19", "Viabilidad técnica", "recursos y las restricciones"),
}
STAGES = {  # (S3-21..26)
    "planificacion": ("S3-21", "Planificación", "tareas, recursos y plazos"),
    "desarrollo": ("S3-22", "Desarrollo", "modificaciones en la plataforma"),
    "pruebas": ("S3-23", "Pruebas", "no daña otras funciones"),
    "produccion": ("S3-24", "Implementación en producción", "solo con las pruebas aprobadas"),
    "verificacion": ("S3-25", "Verificación", "contra lo que se pidió"),
    "comunicacion": ("S3-26", "Comunicación", "usuarios afectados"),
}
SAID = {key: f"anotado: {key}" for key in CRITERIA}
IDS = [id for id, *_ in (*ASKED, *CRITERIA.values(), *STAGES.values())]


@pytest.fixture
def ogtic(make_world: Callable[..., World]) -> World:
    """The OGTIC desk."""
    return make_world("ogtic")


@pytest.mark.requirement("S3-10", "S3-11", "S3-12", "S3-13", "S3-14")
async def test_a_change_is_asked_for_in_four_steps(ogtic: World) -> None:
    """All four are needed; what is too short comes back; the card shows every answer."""
    marta = await client(ogtic)
    await marta.says("no me funciona")
    await marta.presses("Pedir un cambio")
    assert "le hago cuatro preguntas" in marta.last
    for n, (_, _, question, answer) in enumerate(ASKED, start=1):
        assert question in marta.last and f"{n} de 4" in marta.last
        if n < 4:
            await marta.says("x")
            assert "más de detalle" in marta.last and f"{n} de 4" in marta.last
            await marta.says(answer)
    assert marta.labels == ["Crítica", "Mayor", "Consulta"]
    await marta.presses("Mayor")
    assert all(f"{label}: " in marta.last for _, label, _, _ in ASKED)
    await marta.presses("Enviar")
    assert "Equipo de evaluación de cambios" in marta.last
    assert "aprobado, rechazado, se requiere más información" in marta.last
    card = ogtic.card(NUMBER)
    for _, label, _, answer in ASKED:
        assert f"{label}: {answer.lower() if answer == 'Mayor' else answer}" in card
    assert (await ogtic.ticket(NUMBER)).kind == "change"
    assert "un campo para el correo alterno" in "".join(ogtic.threads())


@pytest.mark.requirement("S3-08", "S3-20")
async def test_a_change_is_owed_a_first_answer_too(ogtic: World) -> None:
    """48 hours of attention, kept by the formal answer."""
    marta, camila = await asked(ogtic)
    assert any("OGTIC: 48 h" in flat(letter.fallback) for letter in marta.heard)
    await judge(camila, "approved", "cabe en el plan")
    assert (await ogtic.ticket(NUMBER)).answered_at is not None


async def test_an_answer_is_mended_alone_and_survives_the_night(ogtic: World) -> None:
    """Back, a greeting, leaving and the next day; *Corregir* names the pack's own fields."""
    marta = await client(ogtic)
    await marta.says("cambio")
    await marta.says(ASKED[0][3])
    await marta.says("volver")
    assert "1 de 4" in marta.last
    await marta.says("que el formulario tenga un campo nuevo")
    await marta.says("no sé")
    assert "más de detalle" in marta.last and "2 de 4" in marta.last
    await marta.says("salir")
    await ogtic.waits(days=1)
    await marta.says("hola")
    await marta.presses("Seguir")
    assert "2 de 4" in marta.last
    await marta.says(ASKED[1][3])
    await marta.says("no sé")
    await marta.says("mayor")
    assert "Impacto en otras áreas: no sé" in marta.last
    await marta.presses("Corregir")
    await marta.presses("Justificación y…")
    await marta.says("porque ahorra tiempo a todos")
    assert "ahorra tiempo a todos" in marta.last and "¿Lo envío?" in marta.last


@pytest.mark.requirement("S3-10", "S3-11", "S3-12", "S3-13")
async def test_the_same_form_is_a_page(ogtic: World) -> None:
    """/cambio in Slack: the pack's fields, all required, and the same case as from the chat."""
    marta = await seated(ogtic)
    shown = await marta.commands("radica", "cambio", trigger="T1")
    assert shown == await marta.commands("cambio", trigger="T2")
    view = await drawn(ogtic, shown)
    assert [(f.label, f.optional) for f in view.fields] == [(one[1], False) for one in ASKED]
    assert [one[2] in field.hint for one, field in zip(ASKED, view.fields, strict=True)] == [1] * 4
    given = dict(zip((f.name for f in view.fields), (a[3] for a in ASKED), strict=True))
    given["change-prioridad"] = "mayor"
    for name in given:
        short = {**given, name: ""}
        assert await marta.fills(shown, **short) == Faults(faults={name: "form.fault.change_short"})
    assert await marta.fills(shown, **given) == Done()
    ticket = await ogtic.ticket(NUMBER)
    assert ticket.kind == "change" and ticket.details["change-prioridad"] == "mayor"


async def test_what_is_told_at_length_is_not_asked_again(ogtic: World) -> None:
    """U2: a first message that describes the change is the first answer; a short one is kept."""
    marta = await client(ogtic, "Marta Ríos")
    said = "quiero pedir un cambio en la plataforma: que el formulario guarde un correo alterno"
    await marta.says(said)
    assert "qué beneficios espera" in marta.last
    olga = await client(ogtic, "Olga Paz")
    await olga.says("quiero pedir un cambio en la plataforma")
    for *_, answer in ASKED:
        await olga.says(answer)
    await olga.presses("Enviar")
    assert "quiero pedir un cambio en la plataforma" in (await ogtic.ticket(NUMBER)).text


async def test_a_desk_without_changes_has_no_such_form(world: World) -> None:
    marta = await seated(world)
    command = await marta.commands("cambio", trigger="T1")
    assert command == Toast(key="toast.no_change_form")
    olga = await world.client("Olga Paz")
    await olga.says("cambio")
    assert "¿En qué le pasa?" in olga.last


@pytest.mark.requirement("S3-15", "S3-16", "S3-17", "S3-18", "S3-19", "S3-20")
async def test_every_criterion_is_recorded(ogtic: World) -> None:
    """None may be left out, nor the answer, nor its reason; the audit keeps all of it."""
    marta, camila = await asked(ogtic)
    view = await drawn(ogtic, await camila.steps("evaluate", NUMBER))
    own = list(CRITERIA.values())
    assert [field.label for field in view.fields[:5]] == [label for _, label, _ in own]
    assert all(piece in f.hint for (_, _, piece), f in zip(own, view.fields, strict=False))
    outcomes = [choice.label for choice in view.fields[5].options]
    assert outcomes == ["Aprobado", "Rechazado", "Se requiere más información"]
    full = {**SAID, "outcome": "approved", "reason": "cabe en el plan"}
    for key in full:
        faults = await camila.steps("evaluate", NUMBER, **{**full, key: ""})
        assert isinstance(faults, Faults) and set(faults.faults) == {key}
    await camila.steps("evaluate", NUMBER, **full)
    rows = await ogtic.desk.read(lambda turn: turn.audit.of(NUMBER))
    (kept,) = [row.facts for row in rows if row.what == "evaluated"]
    assert kept["criteria"] == SAID and kept["reason"] == "cabe en el plan"
    assert "· Aprobado" in marta.last and "cabe en el plan" in marta.last
    assert "1 Planificación ▸ 2 Desarrollo ▸ 3 Pruebas" in marta.last
    assert "6 Comunicación" in marta.last


@pytest.mark.requirement("S3-20")
async def test_a_rejected_change_says_why_and_what_next(ogtic: World) -> None:
    """The reason, and three ways on; sent again it is judged again, with what was added."""
    marta, camila = await asked(ogtic)
    await judge(camila, "rejected", "ya existe en otro módulo")
    assert "· Rechazado" in marta.last and "ya existe en otro módulo" in marta.last
    assert marta.labels == ["Enviar de nuevo", "Ya no lo necesito", "Hablar con alguien"]
    await marta.presses("Enviar de nuevo")
    assert "vuelve a evaluación" in marta.last
    await marta.says("ese módulo no lo tenemos contratado")
    assert any("no lo tenemos contratado" in line for line in ogtic.threads())
    view = await drawn(ogtic, await camila.steps("evaluate", NUMBER))
    assert [field.value for field in view.fields[:5]] == list(SAID.values())
    await judge(camila, "approved", "de acuerdo")
    assert "· Aprobado" in marta.last
    await marta.presses("Enviar de nuevo")
    assert (await ogtic.ticket(NUMBER)).details["change"] == "approved"


@pytest.mark.requirement("S3-20")
async def test_more_information_goes_to_the_client_and_back(ogtic: World) -> None:
    marta, camila = await asked(ogtic)
    await judge(camila, "more_information", "¿cuántas personas lo usarían?")
    assert "Se requiere más información" in marta.last and "¿cuántas personas" in marta.last
    assert (await ogtic.ticket(NUMBER)).state is State.WAITING
    await marta.says("unas doscientas al mes")
    assert (await ogtic.ticket(NUMBER)).state is State.TAKEN
    assert any("doscientas" in line for line in ogtic.threads())
    await judge(camila, "approved", "gracias, con eso basta")
    assert "· Aprobado" in marta.last


@pytest.mark.requirement("S3-21", "S3-22", "S3-23", "S3-24", "S3-25", "S3-26")
async def test_an_approved_change_passes_its_stages_in_order(ogtic: World) -> None:
    """Each a step of the card, told to the client; the last one says what changed, and to all."""
    marta, camila = await asked(ogtic)
    colleague = await client(ogtic, "Olga Paz")
    await judge(camila, "approved", "cabe en el plan")
    for n, (key, (_, label, piece)) in enumerate(STAGES.items(), start=1):
        assert f"etapa {n} de 6: {label}" in ogtic.card(NUMBER)
        await marta.says("estado")
        assert f"Aprobado · etapa {n} de 6, {label}" in marta.last
        view = await drawn(ogtic, await camila.steps("stage", NUMBER))
        field = view.fields[0]
        assert field.label == label and piece in field.hint
        more = {"approved": "yes"} if key == "pruebas" else {}
        assert ("approved" in [f.name for f in view.fields]) == bool(more)
        said = {f"done-{key}": f"hecho: {key}", "everybody": "yes", **more}
        assert await camila.steps("stage", NUMBER, **{**said, f"done-{key}": ""}) != Done()
        await camila.steps("stage", NUMBER, **said)
        if n < 6:
            assert f"etapa {n} de 6, {label}" in marta.last
    assert "hecho: comunicacion" in marta.last and "¿Le quedó bien?" in marta.last
    assert "hecho: comunicacion" in colleague.last
    assert (await ogtic.ticket(NUMBER)).state is State.SOLVED
    rows = await ogtic.desk.read(lambda turn: turn.audit.of(NUMBER))
    assert [row.facts["stage"] for row in rows if row.what == "stage"] == list(STAGES)


@pytest.mark.requirement("S3-24")
async def test_nothing_goes_live_before_its_tests_are_approved(ogtic: World) -> None:
    """Tests that were not approved send the change back to development."""
    _, camila = await asked(ogtic)
    await judge(camila, "approved", "cabe")
    await camila.steps("stage", NUMBER, **{"done-planificacion": "un plan"})
    await camila.steps("stage", NUMBER, **{"done-desarrollo": "hecho"})
    early = await camila.steps("stage", NUMBER, **{"done-produccion": "ya"})
    assert early == Toast(key="staff_refusal.stage_order", facts={"number": NUMBER})
    undecided = await camila.steps("stage", NUMBER, **{"done-pruebas": "se probó"})
    assert undecided == Faults(faults={"approved": "form.fault.choose"})
    await camila.steps("stage", NUMBER, **{"done-pruebas": "daña la consulta", "approved": "no"})
    assert "etapa 2 de 6: Desarrollo" in ogtic.card(NUMBER)
    await camila.steps("stage", NUMBER, **{"done-desarrollo": "corregido"})
    await camila.steps("stage", NUMBER, **{"done-pruebas": "todo bien", "approved": "yes"})
    assert "etapa 4 de 6: Implementación en producción" in ogtic.card(NUMBER)


@pytest.mark.requirement("S3-20", "S3-24")
async def test_a_change_is_not_solved_past_its_stages(ogtic: World) -> None:
    """Neither before the formal answer nor in the middle; and only some may judge."""
    _, camila = await asked(ogtic)
    form = ShowForm(form="resolve", meta={"ticket": NUMBER, "holder": camila.person})
    refused = await camila.fills(form, solution="listo")
    assert refused == Toast(key="staff_refusal.undecided", facts={"number": NUMBER})
    andres = await ogtic.staff("Andrés Gil")
    code = ogtic.card_button(NUMBER, "evaluate").code
    assert await andres.presses("", code=code) == Toast(
        key="staff_refusal.not_allowed", facts={"action": "decide"}
    )
    await judge(camila, "approved", "cabe")
    refused = await camila.fills(form, solution="listo")
    assert isinstance(refused, Toast) and refused.key == "staff_refusal.stages_left"
    stale = await camila.presses("", code=code)
    assert isinstance(stale, Toast) and stale.key == "staff_refusal.wrong_state"


async def client(world: World, name: str = "Marta Ríos") -> Someone:
    """Somebody of an institution that this desk serves."""
    book = world.book
    return await world.client(name, plan=book.plans[0].key, country=book.desk.country)


async def asked(world: World) -> tuple[Someone, Staff]:
    """A change that was asked for, in the hands of a supervisor."""
    marta = await client(world)
    await marta.says("cambio")
    for *_, answer in ASKED:
        await marta.says(answer)
    await marta.presses("Enviar")
    camila = await world.staff("Camila Duarte", "engineer", "supervisor")
    await camila.steps("claim", NUMBER)
    return marta, camila


async def judge(who: Staff, outcome: str, reason: str) -> None:
    await who.steps("evaluate", NUMBER, **SAID, outcome=outcome, reason=reason)


async def seated(world: World) -> Staff:
    """A client with a seat in the workspace."""
    marta = await client(world)
    user = "UMARTA"
    person = marta.person or 0

    def bind(turn: Turn) -> None:
        turn.people.bind(person, "slack", world.slack.account, user, user)

    await world.desk.run(bind)
    seat = await world.staff("Nadie Más")
    place = replace(seat.address, user=user, chat=user, name="Marta", private=True)
    return Staff(world, place, person)


async def drawn(world: World, shown: Receipt) -> FormView:
    """The form as it is seen."""
    assert isinstance(shown, ShowForm)

    def draw(turn: Turn) -> FormView:
        return forms.draw(shown, turn, words_for(turn, None))

    return await world.desk.read(draw)
