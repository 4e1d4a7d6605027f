"""A desk that knows only the people it was told of: a deep link, a question, then the case."""

from pathlib import Path

import pytest

from bot.accounts import accounts
from bot.imports import clients, staff
from policy.ticket import State
from store.turn import Turn
from tests.live.conftest import Start
from tests.live.live import (
    ANDRES,
    CAMILA,
    FAULT,
    HTTP,
    MARTA,
    POLLING,
    SOCKET,
    WEBHOOK,
    Live,
    Ways,
)

STRANGER = 702
CLIENTS = """organisation,country,plan,contract_from,contract_to,contact,role
Clínica Lago Gris,CO,silver,2026-01-01,2027-12-31,Marta Ríos,client
"""
STAFF = f"""name,slack_user,roles,level
Camila Duarte,{CAMILA},engineer,1
"""


@pytest.mark.parametrize("ways", [Ways(WEBHOOK, SOCKET), Ways(POLLING, HTTP)])
async def test_an_invited_client_follows_a_link_and_a_stranger_gets_nowhere(
    sqlite_url: str, start: Start, tmp_path: Path, ways: Ways
) -> None:
    desk = await start(sqlite_url, ways, RADICA_ENROLMENT="invite", SLACK_SUPERVISORS="")
    code = await invited(desk, tmp_path)

    desk.telegram.says(MARTA, FAULT)
    await desk.reads("Todavía no le conozco")
    desk.telegram.says(MARTA, f"/start {code}")
    asked = await desk.reads("¿Es usted?")
    assert "Marta R., Clínica Lago Gris" in asked
    await desk.presses("Sí, soy yo")
    await desk.reads("¿A quién")
    assert "resonador" in (await desk.reads("Entendí esto")).lower()
    await desk.presses("Solo a mí")
    await desk.reads("¿Lo envío?")
    await desk.presses("Enviar")
    await desk.reads("Caso 1042")

    desk.telegram.says(STRANGER, f"/start {code}")
    await desk.reads("no está vigente", STRANGER)
    desk.telegram.says(STRANGER, "/caso 1042")
    await desk.reads("Todavía no le conozco", STRANGER)
    assert not [text for text in desk.heard(STRANGER) if "Marta" in text or "1042" in text]

    card = await desk.card(1042)
    await desk.slack.presses(ANDRES, card.ts, "Tomar")
    await desk.rests()
    assert (await desk.ticket()).state is State.NEW
    await desk.claims(1042)
    await desk.reads("lo tomó Camila")


async def invited(desk: Live, folder: Path) -> str:
    """The people of two files, and a code for Marta, as the commands write them."""
    files = {"clients.csv": CLIENTS, "staff.csv": STAFF}
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    book, known = desk.app.desk.book, accounts(desk.app.settings)
    people = clients.load(folder / "clients.csv", book)
    team = staff.load(folder / "staff.csv")
    await desk.app.desk.run(lambda turn: clients.write(turn, people, known))
    await desk.app.desk.run(lambda turn: staff.write(turn, team, known))
    until = desk.now.replace(month=12)

    def invite(turn: Turn) -> str:
        found = [one for one in turn.people.all() if one.name == "Marta Ríos"]
        return turn.people.invite(found[0].id, until)

    return await desk.app.desk.run(invite)
