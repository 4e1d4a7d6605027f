"""Papers of a case: charges warned of, notices sent, approvals that work waits for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from handlers.inbound import Faults, ShowForm, Toast
from handlers.letters.receipts import draw
from handlers.wording import Words
from policy.ticket import State
from scheduler.channel import Outcome, Result
from tests.journeys.test_one_case import open_case
from tests.journeys.world import Someone, Staff, World, flat

NEED = {  # what each thing is called, written by hand
    "quote": "approved quote",
    "commitment": "payment commitment in writing",
    "advance": "advance payment",
    "letter": "signed letter",
    "purchase_order": "signed purchase order",
    "agreement": "signed agreement",
    "evaluation": "evaluation beforehand",
    "notice": "notice in writing",
    "scope": "agreed scope",
    "go_ahead": "go-ahead",
}
CHARGED = {
    "quoted": "Charged: what the approved quote says.",
    "hours": "Charged: the time it takes, noted in the case.",
}
SIGNED = {"client": "Your institution signs it.", "both": "Both parties sign it."}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the sources say of a paper, read from them by hand: the desk must do exactly this."""

    act: str
    name: str  # as the engineer chooses it
    title: str  # as the client reads it in English
    clause: str
    blocks: bool = False
    needs: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    charge: str = ""
    signed: str = ""
    sales: bool = False
    hours: int = 0  # the most that a quote may cover
    ends: str = ""


MONEY = ("commitment", "advance")


def row(*ids: str, **told: Any) -> Any:
    return pytest.param(Told(**told), marks=pytest.mark.requirement(*ids), id=ids[0])


PAPERS = [
    row("S0-05", "S0-55", act="approval", name="Visita con cotización", title="Quoted visit",
        clause="2.1.1", blocks=True, needs=("quote", "advance"), charge="quoted"),
    row("S0-10", act="approval", name="Cambio en la base de datos", title="Change in the database",
        clause="2.1.5", blocks=True, needs=("letter",), signed="client", sales=True),
    row("S0-11", "D11", act="charge", name="Cambio no informado: cobro de horas",
        title="Unreported change: hours charged", clause="2.1.6", charge="hours"),
    row("S0-12", act="charge", name="Instalación con costo", title="Installation at a cost",
        clause="2.1.7", blocks=True, needs=("quote",), one_of=MONEY, charge="quoted", sales=True),
    row("S0-13", "D11", act="approval", name="Trabajo con costo", title="Chargeable work",
        clause="2.1.8", blocks=True, needs=("quote",), one_of=MONEY, charge="quoted", sales=True),
    row("S0-14", act="notice", name="Aviso: contactar al fabricante",
        title="Notice: contact the maker", clause="2.2.3"),
    row("S0-15", "D11", act="charge", name="Equipo movido o cambiado: costo",
        title="Equipment moved or changed: cost", clause="2.2.4", charge="hours"),
    row("S0-16", act="approval", name="Contingencia fuera del contrato",
        title="Contingency outside the contract", clause="2.2.5", blocks=True,
        needs=("quote", "purchase_order"), charge="quoted", signed="client", sales=True),
    row("S0-17", act="notice", name="Aviso: infraestructura ajena",
        title="Notice: not our infrastructure", clause="2.2.6"),
    row("S0-18", act="charge", name="Falta de almacenamiento: cobro",
        title="Missing storage: charged", clause="2.2.7", blocks=True, needs=("quote",),
        one_of=MONEY, charge="quoted", sales=True),
    row("S0-19", act="notice", name="Aviso: sin más almacenamiento",
        title="Notice: no more storage", clause="2.2.8", sales=True),
    row("S0-20", act="approval", name="Carta para borrar datos", title="Letter to delete data",
        clause="2.2.9", blocks=True, needs=("letter",), charge="hours", signed="client",
        sales=True, ends="no support for the deleted data"),
    row("S0-21", act="approval", name="Elemento nuevo: evaluación previa",
        title="New element: evaluated first", clause="2.2.10", blocks=True, needs=("evaluation",),
        charge="quoted", sales=True, ends="unless the platform is all your institution's"),
    row("S0-22", act="approval", name="Almacenamiento propio", title="Storage of your own",
        clause="2.2.11", blocks=True, needs=("quote",), one_of=MONEY, charge="quoted", sales=True,
        ends="no support and no warranty"),
    row("S0-27", act="notice", name="Aviso: la red es de su institución",
        title="Notice: the network is yours", clause="2.3.4"),
    row("S0-28", act="approval", name="Diagnóstico de red con cotización",
        title="Quoted network diagnosis", clause="2.3.5", blocks=True, needs=("quote",),
        charge="quoted", signed="client", sales=True, hours=5),
    row("S0-32", act="approval", name="Acompañamiento en seguridad",
        title="Help after a security incident", clause="2.4.6", blocks=True,
        needs=("notice", "scope", "quote"), charge="quoted", sales=True),
    row("S0-52", "D11", act="charge", name="Fuera de alcance: posible cobro",
        title="Out of scope: possible charge", clause="sección 4", charge="hours"),
    row("S0-61", act="approval", name="Visto bueno para producción",
        title="Go-ahead for production", clause="5.8", blocks=True, needs=("go_ahead",)),
    row("S0-65", act="approval", name="Cobro del diagnóstico: acuerdo",
        title="Diagnosis charged: agreement", clause="6.3", needs=("agreement",), charge="hours",
        signed="both"),
]  # fmt: skip


async def at_work(world: World) -> tuple[Someone, Staff]:
    """Marta's case, 1042, in Camila's hands; Marta reads English from here on."""
    marta = await open_case(world)
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", 1042)
    person = marta.person
    assert person is not None
    await world.desk.run(lambda turn: turn.people.set_language(person, "en"))
    return marta, camila


async def named(world: World, camila: Staff, act: str, number: int = 1042) -> Mapping[str, str]:
    """The options of the form that an act opens: plain name to code."""
    shown = await camila.presses("", code=world.card_button(number, act).code)
    assert isinstance(shown, ShowForm)
    drawn = (await world.desk.read(lambda turn: draw(shown, turn, Words("es")))).form
    assert drawn is not None
    return {one.label: one.code for one in drawn.fields[0].options}


async def put(world: World, camila: Staff, told: Told, **more: str) -> Any:
    codes = await named(world, camila, told.act)
    if told.hours:
        more.setdefault("hours", str(told.hours))
    return await camila.steps(told.act, 1042, paper=codes[told.name], **more)


@pytest.mark.parametrize("told", PAPERS)
async def test_each_paper_says_and_asks_for_what_its_clause_does(world: World, told: Told) -> None:
    sales = await world.staff("Irene Paz", "sales")
    marta, camila = await at_work(world)
    before = (await world.ticket(1042)).state
    assert before is State.TAKEN
    if told.hours:
        over = await put(world, camila, told, hours=f"{told.hours},5")
        assert over == Faults(faults={"hours": "form.fault.over_limit"})
    await put(world, camila, told)

    read = next(flat(_text(x)) for x in reversed(marta.heard) if told.title in _text(x))
    assert f"política, {told.clause})" in read
    for kind, line in CHARGED.items():
        assert (line in read) == (kind == told.charge), read
    for who, line in SIGNED.items():
        assert (line in read) == (who == told.signed), read
    missing = read.partition("Missing: ")[2].partition(".")[0]
    for need, words in NEED.items():
        assert (words in missing) == (need in (*told.needs, *told.one_of)), (need, read)
    assert (" or " in missing) == bool(told.one_of)
    assert ("At most" in read) == bool(told.hours)
    assert ("formal notice" in read.partition("\n")[0]) == (told.act == "notice")
    assert any(told.name in _text(x) for x in sales.heard) == told.sales

    ticket = await world.ticket(1042)
    assert ticket.state is (State.WAITING if told.blocks else State.TAKEN)
    assert (ticket.wall is not None) == told.blocks
    if told.blocks:
        await _held_back(world, camila, told)
    wanted = (*told.needs, *told.one_of[:1])
    for need in wanted:
        what = f"{ticket.papers[0].paper}|{need}"
        await camila.steps("record", 1042, what=what, who="Dra. Ortiz", reference="318")
    ticket = await world.ticket(1042)
    assert ticket.wall is None
    assert ticket.state is State.TAKEN
    if wanted:
        assert (told.ends in marta.last) and (bool(told.ends) or "\n" not in marta.last)
        await camila.steps("solve", 1042, solution="quedó listo")
        assert (await world.ticket(1042)).state is State.SOLVED


async def _held_back(world: World, camila: Staff, told: Told) -> None:
    """The card says what is missing; *Resolver* and *Seguir* say why not, with the clause."""
    assert "🧾 Espera: " in world.card(1042)
    assert f"política, {told.clause}" in world.card(1042)
    for verb in ("solve", "go_on"):
        shown = await camila.presses("", code=world.card_button(1042, verb).code)
        assert isinstance(shown, Toast)
        assert shown.key == "staff_refusal.needs_approval"
        assert shown.facts["clause"] == told.clause
    assert (await world.ticket(1042)).state is State.WAITING


def _text(letter: Any) -> str:
    return "".join(span.text for span in letter.text)


@pytest.mark.requirement("S0-29")
async def test_a_formal_notice_comes_before_any_help_and_counts_once_it_was_sent(
    world: World,
) -> None:
    """The wall falls with the letter's arrival in the chat, and the clock has rested for it."""
    marta, camila = await at_work(world)
    world.telegram.answers[marta.address.chat] = Outcome(result=Result.NOT_SENT)
    codes = await named(world, camila, "notice")
    code = codes["Aviso: la causa no es de IMEXHS"]
    await camila.steps("notice", 1042, paper=code, finding="el switch del piso 2 no responde")
    ticket = await world.ticket(1042)
    assert ticket.state is State.WAITING
    assert ticket.wall is not None
    assert ticket.wall.clause == "2.3.5"
    assert "paper_sent" not in await trail(world)

    world.telegram.answers.clear()
    await world.waits(minutes=30)
    ticket = await world.ticket(1042)
    assert ticket.state is State.TAKEN
    assert ticket.wall is None
    assert ticket.pauses[-1].cause == "approval"
    read = next(flat(_text(x)) for x in marta.heard if "formal notice" in _text(x))
    assert "Notice: IMEXHS is not the cause (política, 2.3.5)" in read
    assert "What we found: el switch del piso 2 no responde" in read
    assert "Charged: the time it takes" in read
    assert (await trail(world)).index("paper") < (await trail(world)).index("paper_sent")


@pytest.mark.requirement("S0-21")
async def test_a_row_of_the_catalogue_may_demand_a_paper_from_the_start(world: World) -> None:
    """The receipt says so; whoever takes the case holds it waiting, with its clock at rest."""
    marta = await world.client()
    await marta.says("necesito agregar un equipo al MWL, un tomógrafo nuevo de hoy, solo a mí")
    while "Caso 1042" not in marta.last:
        await marta.says("sí" if "¿Lo envío?" in marta.last else "no sé")
    ticket = await world.ticket(1042)
    assert ticket.typology == "mwl-agregar-equipo"
    assert "Antes de empezar hace falta: evaluación previa (política, 2.2.10)." in marta.last
    assert "🧾 Espera: evaluación previa" in world.card(1042)
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", 1042)
    ticket = await world.ticket(1042)
    assert ticket.state is State.WAITING
    assert ticket.pauses[-1].until is None
    await camila.steps("release", 1042)
    await camila.steps("claim", 1042)
    assert (await world.ticket(1042)).state is State.WAITING
    what = "new-element|evaluation"
    await camila.steps("record", 1042, what=what, who="Ingeniería", reference="acta 7")
    ticket = await world.ticket(1042)
    assert ticket.state is State.TAKEN
    assert ticket.pauses[-1].until is not None


@pytest.mark.requirement("S0-13")
async def test_the_clock_rests_and_words_of_the_client_do_not_lift_the_wall(
    any_world: World,
) -> None:
    world = any_world
    marta, camila = await at_work(world)
    due = (await world.ticket(1042)).promise.due
    assert due is not None
    codes = await named(world, camila, "approval")
    await camila.steps("approval", 1042, paper=codes["Trabajo con costo"])
    await marta.says("ya hablé con mi jefe, mañana lo aprueban")
    assert (await world.ticket(1042)).state is State.WAITING
    await world.waits(hours=2)
    await camila.steps("record", 1042, what="chargeable-work|quote", who="Dra. Ortiz",
                       reference="COT-318")  # fmt: skip
    assert "payment commitment in writing or advance payment" in marta.last
    assert (await world.ticket(1042)).wall is not None
    await camila.steps("record", 1042, what="chargeable-work|advance", who="Pagos",
                       reference="transferencia 991")  # fmt: skip
    ticket = await world.ticket(1042)
    assert ticket.wall is None
    assert ticket.promise.due is not None
    assert (ticket.promise.due - due).total_seconds() == 2 * 3600


@pytest.mark.requirement("S0-20")
async def test_an_approval_is_recorded_with_who_when_and_how(world: World) -> None:
    """A signed letter may be a file of the case; without a file or a number nothing is recorded."""
    marta, camila = await at_work(world)
    await marta.sends("document", text="ahí va la carta firmada")
    codes = await named(world, camila, "approval")
    await camila.steps("approval", 1042, paper=codes["Carta para borrar datos"])
    what = "data-deletion|letter"
    bare = await camila.steps("record", 1042, what=what, who="Dra. Ortiz")
    assert bare == Faults(faults={"reference": "form.fault.proof"})
    nobody = await camila.steps("record", 1042, what=what, reference="carta del 24")
    assert nobody == Faults(faults={"who": "form.fault.empty"})
    files = await world.desk.read(lambda turn: turn.files.of_ticket(1042))
    await camila.steps("record", 1042, what=what, who="Dra. Ortiz", file=str(files[0].id))
    rows = await world.desk.read(lambda turn: turn.audit.of(1042))
    kept = next(row for row in rows if row.what == "approval")
    assert kept.facts["who"] == "Dra. Ortiz"
    assert kept.facts["file"] == "document.bin"
    assert kept.actor == camila.person
    assert kept.at == world.now
    assert "no support for the deleted data" in marta.last


@pytest.mark.requirement("S0-52", "S0-11", "D11")
async def test_a_charge_is_warned_of_its_time_recorded_and_the_rest_left_to_people(
    world: World,
) -> None:
    sales = await world.staff("Irene Paz", "sales")
    marta, camila = await at_work(world)
    codes = await named(world, camila, "charge")
    odd = await camila.steps("charge", 1042, paper=codes["Fuera de alcance: posible cobro"],
                             hours="un rato")  # fmt: skip
    assert odd == Faults(faults={"hours": "form.fault.hours"})
    await camila.steps("charge", 1042, paper=codes["Fuera de alcance: posible cobro"], hours="1,5")
    assert marta.labels == ["Understood", "Talk to someone"]
    await marta.presses("Understood")
    assert "paper_seen" in await trail(world)
    await marta.presses("Talk to someone")
    assert "Fuera de alcance" in sales.last
    assert "nothing else you need to do" in marta.last
    await camila.steps("hours", 1042, paper="scope-charge", hours="2")
    spent = await world.desk.read(lambda turn: turn.audit.of(1042))
    assert [row.facts["hours"] for row in spent if row.what == "hours"] == ["1.5", "2"]
    assert (await world.ticket(1042)).state is State.TAKEN


async def test_a_press_for_a_paper_that_is_no_paper_is_refused(world: World) -> None:
    marta, _ = await at_work(world)
    await marta.presses("", code="t:paper_ok_nothing:1042:taken:2")
    assert "paper_seen" not in await trail(world)


async def test_who_sells_may_record_an_approval_and_a_client_may_not(world: World) -> None:
    sales = await world.staff("Irene Paz", "sales")
    _, camila = await at_work(world)
    codes = await named(world, camila, "approval")
    await camila.steps("approval", 1042, paper=codes["Visita con cotización"])
    for need in ("quote", "advance"):
        await sales.steps("record", 1042, what=f"visit|{need}", who="Dra. Ortiz", reference="318")
    ticket = await world.ticket(1042)
    assert ticket.state is State.TAKEN
    assert ticket.holder == camila.person


async def trail(world: World) -> list[str]:
    rows = await world.desk.read(lambda turn: turn.audit.of(1042))
    return [row.what for row in rows]


GENERIC = [
    row("S2-10", act="approval", name="Cotización aparte", title="Separate quote", clause="5",
        blocks=True, needs=("quote",), charge="quoted", sales=True),
    row("S2-18", act="notice", name="Aviso: configuración cambiada",
        title="Notice: settings changed", clause="8"),
    row("S2-17", act="notice", name="Aviso: fuera de nuestro alcance",
        title="Notice: beyond our reach", clause="8"),
]  # fmt: skip


@pytest.mark.parametrize("told", GENERIC)
async def test_a_policy_without_figures_has_its_papers_too(
    make_world: Callable[..., World], told: Told
) -> None:
    """What is not included is quoted apart and waits; what nobody is liable for is told."""
    world = make_world("generic")
    sales = await world.staff("Irene Paz", "sales")
    marta = await world.client(plan="general", language="en")
    await marta.says("the web site shows an error since yesterday, only me")
    for _ in range(6):
        if await world.tickets():
            break
        await marta.says("yes" if "Send" in marta.labels else "I do not know")
    (ticket,) = await world.tickets()
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", ticket.number)
    codes = await named(world, camila, told.act, ticket.number)
    await camila.steps(told.act, ticket.number, paper=codes[told.name])
    read = next(flat(_text(x)) for x in reversed(marta.heard) if told.title in _text(x))
    assert f"{world.book.source_label}, {told.clause})" in read
    assert ("Charged: what the approved quote says." in read) == (told.charge == "quoted")
    assert ("Missing: approved quote" in read) == bool(told.needs)
    assert any(told.name in _text(x) for x in sales.heard) == told.sales
    now = await world.ticket(ticket.number)
    assert now.state is (State.WAITING if told.blocks else State.TAKEN)


@pytest.mark.requirement("S0-66")
async def test_no_report_is_written_about_one_case_and_its_history_is_there(world: World) -> None:
    marta = await open_case(world)
    await marta.commands("reporte")
    assert "de un caso suelto no se hacen informes (política, 6.4)" in marta.last
    await marta.presses("Ver mis casos")
    assert "1042" in marta.last
