"""What is not covered: the pack's sentence, its clause, its reason code, and its ways out."""

from collections.abc import Callable

import pytest

from tests.journeys.test_refusals import trail
from tests.journeys.world import World

QUOTE, MANAGER, SALES = "Pedir cotización", "Gerente de cuenta", "Asesor comercial"
LOOK, LEAVE = "Que lo revisen", "Salir"

IMEXHS = {  # what is said, the clause, which is the reason code as well, and the ways out
    "network": ("se dañó el cableado de la red, revisen el switch", "2.3", (QUOTE, LOOK)),
    "security": ("nos entró un virus y cifró los archivos", "2.4", (QUOTE, LOOK)),
    "vulnerability": ("nos pidieron un test de vulnerabilidades", "2.4.2", (MANAGER, LOOK)),
    "third_party": ("el Excel de la recepción no abre", "6.1", (LOOK,)),
    "hardware": ("se dañó el monitor", "2.2.3", (QUOTE, LOOK)),
    "data_recovery": ("borramos unos archivos, los pueden recuperar", "2.2.12", (LOOK,)),
    "backup": ("quien hace las copias de respaldo", "2.2.13", (SALES, LOOK)),
    "commercial": ("necesito la cotización de un equipo nuevo", "2.1.8", (SALES, LOOK)),
}
GENERIC = {
    "5-A": ("necesito que desarrollen un módulo nuevo que no está en el contrato", "5.a"),
    "5-B": ("quiero el diseño avanzado de la página con programación a la medida", "5.b"),
    "5-D": ("falla el servicio de un tercero", "5.d"),
    "5-E": ("necesito una migración que no estaba programada", "5.e"),
}


@pytest.mark.requirement("S0-26", "S0-30", "S0-31", "S0-63", "S0-14", "S0-23", "S0-24")
async def test_what_is_not_covered_is_said_with_its_clause_and_the_packs_ways(
    world: World,
) -> None:
    """The reason is kept under its own code; no case by itself."""
    for key, (said, clause, ways) in IMEXHS.items():
        marta = await world.client(f"Ana {key}")
        await marta.says(said)
        assert clause in marta.last and "política" in marta.last, key
        assert marta.labels == [*ways, LEAVE], key
    codes = [row.facts["code"] for row in await trail(world) if row.what == "refused"]
    assert codes == [f"scope.{clause}" for _, clause, _ in IMEXHS.values()]
    assert await world.tickets() == []


@pytest.mark.requirement("S2-09", "S2-10")
async def test_each_exclusion_has_its_own_reason_code_and_may_be_quoted(
    make_world: Callable[..., World],
) -> None:
    world = make_world("generic")
    tomas = await world.staff("Tomás Rey", "sales")
    for code, (said, clause) in GENERIC.items():
        marta = await world.client(f"Ana {code}", plan=world.book.plans[0].key)
        await marta.says(said)
        assert clause in marta.last and marta.labels[0] == QUOTE, code
        await marta.presses(QUOTE)
        assert "área comercial" in marta.last
        assert "cotización" in tomas.last and said.split()[0] in tomas.last, code
    codes = [row.facts["code"] for row in await trail(world) if row.what == "refused"]
    assert codes == [f"scope.{code}" for code in GENERIC]
