"""Who receives support, who may see what, and buttons that come back from the wrong hands."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from handlers.inbound import Done, Toast
from handlers.letters.letter import plain
from handlers.staff import CARD
from policy.ticket import Ticket
from store.turn import Turn
from store.values import AuditRow
from tests.journeys.test_one_case import open_case
from tests.journeys.world import Someone, World

FAULT = "en la sala 2 el resonador no está pasando imágenes al PACS desde las 7, solo a mí"
OVERDUE = (("FV-2210", date(2026, 11, 6), None),)
TODAY = date(2026, 11, 24)

REASONS: dict[str, tuple[dict[str, Any], str]] = {
    "contract ended": ({"contract_to": date(2026, 11, 1)}, "contract_ended"),
    "not begun": ({"contract_from": date(2026, 12, 1)}, "not_started"),
    "not signed": ({"signed": False}, "not_signed"),
    "no closing act": ({"closing_act": False}, "no_closing_act"),
    "no first invoice": ({"first_invoice": False}, "no_first_invoice"),
    "another kind": ({"kind": "curioso"}, "no_contract"),
    "trial over": ({"trial": True, "contract_to": date(2026, 11, 1)}, "trial_over"),
}


async def refused(world: World, **more: Any) -> Someone:
    """Marta, refused after pressing Enviar."""
    marta = await world.client(**more)
    await marta.says(FAULT)
    await marta.presses("Enviar")
    assert await world.tickets() == []
    return marta


@pytest.mark.requirement("S0-06", "D22")
async def test_a_technician_reads_of_a_pending_payment_and_no_figures(world: World) -> None:
    """S0-06, D22: since when, the clause, nothing lost, three ways on; no invoice number."""
    marta = await refused(world, invoices=OVERDUE)
    assert "domingo 22 de noviembre" in marta.last and "2.1.2" in marta.last
    assert "Guardé lo que me contó" in marta.last
    assert "FV-2210" not in marta.last and "factura" not in marta.last
    assert marta.labels == ["Avisar a mi jefe", "Es una urgencia", "Entendido"]
    assert len(marta.last) <= 420


@pytest.mark.requirement("S0-06", "D22")
async def test_the_administrator_reads_which_invoice_and_may_send_the_proof(world: World) -> None:
    """1.6: number and dates; the receipt goes to a person with its file."""
    lucia = await world.staff("Lucía Mora", "supervisor")
    boss = await refused(world, invoices=OVERDUE, roles=("client_admin",))
    assert "FV-2210" in boss.last and "6 de noviembre" in boss.last and "22" in boss.last
    await boss.presses("Enviar comprobante")
    assert "comprobante" in boss.last
    await boss.says("aquí va")
    assert "comprobante" in boss.last and boss.labels == ["Volver"]
    await boss.sends("document")
    assert "pagos" in boss.last
    proof = next(letter for letter in lucia.heard if letter.files)
    assert proof.files[0].kind == "document"
    await boss.presses("", code="c:payments")
    assert "pagos" in lucia.last and "Clínica Lago Gris" in lucia.last


async def test_my_boss_is_told_by_name_of_who_needs_support(world: World) -> None:
    """*Avisar a mi jefe* reaches the administrators of the same institution, and nobody else."""
    boss = await world.client("Berta Paz", roles=("client_admin",))
    other = await world.client(
        "Ciro Luna", organisation="Hospital del Valle", roles=("client_admin",)
    )
    marta = await refused(world, invoices=OVERDUE)
    await marta.presses("Avisar a mi jefe")
    assert "le avisé" in marta.last
    assert "Marta" in boss.last and boss.labels == ["Enviar comprobante", "Hablar con pagos"]
    assert other.heard == []


async def test_without_a_boss_there_is_still_a_person(world: World) -> None:
    lucia = await world.staff("Lucía Mora", "supervisor")
    marta = await refused(world, invoices=OVERDUE)
    await marta.presses("Avisar a mi jefe")
    assert "Hablar con alguien" in marta.labels
    await marta.presses("Hablar con alguien")
    assert "supervisión" in marta.last and "resonador" in lucia.last
    assert await world.tickets() == []


async def test_an_urgency_reaches_the_supervisors_with_what_was_told(world: World) -> None:
    lucia = await world.staff("Lucía Mora", "supervisor")
    marta = await refused(world, invoices=OVERDUE)
    await marta.presses("Es una urgencia")
    assert "supervisión" in marta.last
    assert "Marta Ríos" in lucia.last and "resonador" in lucia.last


async def test_a_suspended_draft_is_offered_back_with_enviar_once_it_is_paid(world: World) -> None:
    """U19, 1.6: nothing is typed again; while it stays unpaid nobody is bothered."""
    marta = await refused(world, invoices=OVERDUE)
    await marta.presses("Entendido")
    heard = len(marta.heard)
    await world.waits(hours=20)
    assert len(marta.heard) == heard
    await pay(world, marta)
    await world.waits(hours=8)
    assert "Ya está activo" in marta.last and "resonador" in marta.last
    assert marta.labels == ["Enviar", "Corregir", "Descartar"]
    await marta.presses("Enviar")
    assert "Caso 1042" in marta.last
    await world.waits(hours=48)
    assert sum("Ya está activo" in text for text in heard_of(marta)) == 1


async def test_a_suspended_draft_is_offered_back_at_the_next_hello(world: World) -> None:
    marta = await refused(world, invoices=OVERDUE)
    await marta.says("hola")
    assert "resonador" in marta.last and marta.labels == ["Seguir", "Descartar"]
    await marta.presses("Seguir")
    await marta.presses("Enviar")
    assert "en pausa" in marta.last
    await pay(world, marta)
    await marta.says("hola")
    await marta.presses("Seguir")
    await marta.presses("Enviar")
    assert "Caso 1042" in marta.last


@pytest.mark.parametrize("why", REASONS, ids=lambda why: why.replace(" ", "-"))
async def test_each_refusal_says_why_and_has_a_way_that_works(world: World, why: str) -> None:
    """U4, U19: the reason in plain words, a person behind the button, the draft kept."""
    standing, code = REASONS[why]
    lucia = await world.staff("Lucía Mora", "supervisor")
    marta = await refused(world, **standing)
    rows = await trail(world)
    assert [row.facts["code"] for row in rows if row.what == "refused"] == [f"entitlement.{code}"]
    assert len(marta.last) <= 420 and "Hablar con alguien" in marta.labels
    await marta.presses("Hablar con alguien")
    assert "supervisión" in marta.last and "resonador" in lucia.last
    await marta.says("hola")
    assert "resonador" in marta.last and "Seguir" in marta.labels


@pytest.mark.requirement("S0-06", "D5")
async def test_an_invoice_on_its_fifteenth_day_refuses_nobody(world: World) -> None:
    """D5: support stops on day 16; day 15 and a paid invoice count as fulfilled."""
    marta = await world.client(
        invoices=(
            ("A", date(2026, 11, 9), None),
            ("B", date(2026, 9, 1), date(2026, 11, 20)),
        )
    )
    await marta.says(FAULT)
    await marta.presses("Enviar")
    assert "Caso 1042" in marta.last


WAYS = ("command", "number", "words", "see", "withdraw", "yes", "history")


@pytest.mark.fault("F40")
@pytest.mark.parametrize("way", WAYS)
async def test_a_foreign_case_reads_like_one_that_does_not_exist(world: World, way: str) -> None:
    """By command, number, words or a forged button: the same words, the same buttons."""
    await open_case(world)
    eve = await world.client("Eva Cano", organisation="Hospital del Valle")
    await eve.says("hola")
    seen = []
    for number in (1042, 9042):
        await try_to_see(eve, way, number)
        seen.append((eve.last.replace(str(number), "N"), eve.labels))
    assert seen[0] == seen[1]
    assert "No encuentro el caso N" in seen[0][0]
    assert (await world.ticket(1042)).state == "new"


@pytest.mark.fault("F40")
async def test_a_foreign_case_is_not_reached_by_quoting(world: World) -> None:
    marta = await open_case(world)
    eve = await world.client("Eva Cano", organisation="Hospital del Valle")
    link = await world.desk.read(lambda turn: turn.messages.of_ticket(1042)[-1])
    threads = len(world.threads())
    await eve.says("y esto qué es", quotes=link.ref)
    assert len(world.threads()) == threads and "1042" not in eve.last
    assert marta.address.chat != eve.address.chat


async def test_a_colleague_sees_number_subject_and_state_only(world: World) -> None:
    """U25: never the other person's words, files or buttons."""
    await open_case(world)
    ana = await world.client("Ana Gil")
    await ana.says("caso 1042")
    assert "1042" in ana.last and "No pasan imágenes" in ana.last and "abierto" in ana.last
    assert "sala 2" not in ana.last and "Marta" not in ana.last
    assert ana.labels == ["Abrir un caso", "Ver mis casos"]
    for verb in ("withdraw_yes", "worse_all", "history", "see"):
        before = await world.ticket(1042)
        await ana.presses("", code=f"t:{verb}:1042:new:-")
        assert await world.ticket(1042) == before
        assert "otra persona" in ana.last


async def test_the_clients_administrator_sees_the_cases_of_the_institution(world: World) -> None:
    await open_case(world)
    boss = await world.client("Berta Paz", roles=("client_admin",))
    await boss.says("caso 1042")
    assert "Abierto" in boss.last and "Ya no lo necesito" in boss.labels


async def test_a_report_is_for_supervisors(world: World) -> None:
    """1.21: a polite refusal with what there is instead."""
    marta = await world.client()
    camila = await world.staff("Camila Duarte")
    await marta.commands("report", "resumen")
    assert "supervisores" in marta.last and marta.labels == ["Ver mis casos"]
    told = await camila.commands("reporte", "resumen")
    assert told == Toast(key="staff_refusal.no_report")
    pressed = await camila.presses("", code="c:report:sla+semana")
    assert pressed == Toast(key="staff_refusal.no_report")
    assert camila.heard == []


OF_THE_DESK = ("called", "note", "history")  # what everybody of the desk may do
OF_SALES = ("charge", "notice", "approval", "record", "hours")  # papers of a case

CLIENT_VERBS = (
    "yes",
    "no",
    "not_tried",
    "rate",
    "stars1",
    "why_slow",
    "write_me",
    "still_fails",
    "withdraw_yes",
    "worse_stopped",
    "not_now",
    "in_one_hour",
    "tomorrow_8",
    "dont_understand",
    "same_as_before",
    "different",
    "meant",
)


@pytest.mark.fault("F39")
@pytest.mark.parametrize("state", ["new", "taken", "waiting", "solved", "closed"])
async def test_no_verb_in_foreign_hands_changes_a_case(world: World, state: str) -> None:
    """Every verb of clients and of staff, pressed by who may not: the case stays as it was."""
    await standing_at(world, state)
    before = await everything(world)
    colleague = await world.client("Ana Gil")
    eve = await world.client("Eva Cano", organisation="Hospital del Valle")
    stranger = world.stranger()
    outsider = world.newcomer("Zoe", "UZOE")
    sales = await world.staff("Tomás Rey", "sales")
    for verb in (*CLIENT_VERBS, *CARD):
        for who in (colleague, eve, stranger, outsider, sales):
            if who is sales and verb in (*OF_THE_DESK, *OF_SALES):
                continue
            press = who.press("", code=f"t:{verb}:1042:{state}:-")
            receipt = await world.desk.receive(press)
            assert isinstance(receipt, (Done, Toast)), (verb, who.address.name, receipt)
    await world.unharmed()
    assert await everything(world) == before


async def test_nonsense_codes_are_answered_and_change_nothing(world: World) -> None:
    marta = await standing_at(world, "taken")
    camila = await world.staff("Camila Duarte")
    cases, history, _ = await everything(world)
    for code in NONSENSE:
        for who in (marta, camila):
            receipt = await who.presses("", code=code)
            assert isinstance(receipt, (Done, Toast)), code
    assert (await everything(world))[:2] == (cases, history)


async def test_an_article_answered_twice_counts_once(world: World) -> None:
    """A replayed *Me sirvió* moves no figure of the reports."""
    marta = await world.client()
    await marta.says("cómo cargo mi firma")
    helped = marta.button("Me sirvió").code
    for _ in range(3):
        await marta.presses("", code=helped)
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    rows = await world.desk.read(lambda turn: turn.reports.deflection(first, last))
    assert [(row.article, row.useful) for row in rows] == [("cargar-firma", 1)]


NONSENSE = (
    "x",
    "t:",
    "t:yes:1042",
    "t:yes:99999999999:new:-",
    "t:yes:-1:new:-",
    "t:yes:1042:new:99999999999",
    "t:stars9:1042:closed:-",
    "t:why_x:1042:closed:-",
    "t:worse_x:1042:new:-",
    "a:1:detail:x",
    "a:9999999999999999999:scope:one",
    "c:nothing",
    "c:held_send:999999",
    "c:held_note:x",
    "c:report:" + "x" * 40,
    "c:link:999999",
    "c:deny:x",
    "c:guide:../../etc",
    "c:language:xx",
    "c:fix:nothing",
    "c:send",
    "c:all",
    "c:photo",
    "c:helped",
    "c:not_it",
    "c:accept",
    "c:decline",
    "☃" * 20,
)


async def standing_at(world: World, state: str) -> Someone:
    """Marta's case in that state."""
    marta = await open_case(world)
    camila = await world.staff("Camila Duarte")
    if state == "new":
        return marta
    await camila.steps("claim", 1042)
    if state == "waiting":
        await camila.steps("ask", 1042, question="¿qué mensaje sale?")
    if state in ("solved", "closed"):
        await camila.steps("solve", 1042, solution="se liberó la cola")
    if state == "closed":
        await marta.presses("Sí, resuelto")
    assert (await world.ticket(1042)).state == state
    return marta


async def everything(world: World) -> tuple[list[Ticket], list[str], int]:
    """All cases, what happened in them, and what their clients were told."""

    def look(turn: Turn) -> tuple[list[Ticket], list[str], int]:
        case = turn.tickets.find(1042)
        assert case is not None
        told = [row.what for row in turn.audit.of(1042) if row.what not in NO_CHANGE]
        return [case, *turn.tickets.open()], told, len(turn.messages.of_ticket(1042))

    return await world.desk.read(look)


NO_CHANGE = ("refused", "claim_refused")


async def try_to_see(who: Someone, way: str, number: int) -> None:
    if way == "command":
        await who.commands("caso", str(number))
    elif way == "number":
        await who.says(str(number))
    elif way == "words":
        await who.says(f"caso {number}")
    else:
        await who.presses("", code=f"t:{way}:{number}:new:-")


async def pay(world: World, who: Someone) -> None:
    """The overdue invoice of this person's institution is paid today."""

    def paid(turn: Turn) -> None:
        home = turn.people.get(who.person or 0).organisation or 0
        turn.people.add_invoice(home, "FV-2210", date(2026, 11, 6), TODAY)

    await world.desk.run(paid)


async def trail(world: World) -> list[AuditRow]:
    """Everything in the audit trail."""
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    return await world.desk.read(lambda turn: turn.audit.between(first, last))


def heard_of(who: Someone) -> list[str]:
    """Everything a person was told, oldest first."""
    return [plain(letter.text) for letter in who.heard]
