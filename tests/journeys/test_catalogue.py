"""The catalogue at work: what a client names, the desk knows, with its priority or its guide."""

import pytest

from policy.pack import Policy
from policy.shapes_rules import Typology
from tests.journeys.world import World
from tests.policy.law import imexhs

KNOWN = "solo a mí, desde hoy, en la sede norte"  # nothing of this is asked any more
# Where the printed words alone do not call the guide, as people say it.
EVERYDAY = {
    "Devolución de estado a solicitud del cliente": "devolver el estado de un estudio",
    "Envío de imágenes a otra paciente": "mandé las imágenes a otra paciente por error",
    "Enlazar Imagen": "cómo enlazo una imagen con su orden",
    "Uso inadecuado de la herramienta": "cómo se usa el ris",
}
EXCLUDED = {"S0-84": ["S0-03"], "S0-85": ["S0-03", "S0-04"], "S0-86": ["S0-03"]}
ROWS = [
    pytest.param(printed, id=id, marks=pytest.mark.requirement(id, *EXCLUDED.get(id, ())))
    for id, printed in imexhs.CATALOGUE.items()
]


@pytest.mark.requirement("S0-77", "S0-53", "D13", "D14")
@pytest.mark.parametrize("printed", ROWS)
async def test_each_row_of_the_catalogue_is_known_by_its_own_words(
    world: World, printed: list[str]
) -> None:
    """S0-78..97: a row is filed with its priority; misuse (!) is answered by its guide."""
    filed = 1042
    for number, row in enumerate(printed):
        priority, category, label = row.rstrip("!").split("|")
        client = await world.client(f"Marta Ríos {number}", organisation=f"Clínica {number}")
        await client.says(f"{category.lower()}: {EVERYDAY.get(label, label)}, {KNOWN}")
        entry = row_of(world.book, priority, category, label)
        assert entry.misuse == row.endswith("!")
        if entry.misuse:
            assert "1. " in client.last and "Me sirvió" in client.labels, label
            assert step(world, entry) in client.last, label
            filed = 1042 + len(await world.tickets())  # a patient at risk is a case as well
            continue
        await client.presses("Enviar")
        assert (await world.ticket(filed)).typology == entry.id, label
        assert f"{priority} por catálogo" in world.card(filed), world.card(filed)
        assert f"prioridad {priority.lower()}" in client.last
        filed += 1
    assert len(await world.tickets()) == filed - 1042


def row_of(book: Policy, priority: str, category: str, label: str) -> Typology:
    """The entry of the pack that says this."""
    (found,) = [
        entry
        for entry in book.typologies
        if entry.label == label
        and book.category(entry.category).label == category
        and book.priority(entry.priority).label == priority
    ]
    return found


def step(world: World, entry: Typology) -> str:
    """The first words of the first step of the entry's guide."""
    guide = world.desk.library.article(entry.article or "")
    assert guide is not None, entry.id
    return guide.text.partition("1. ")[2].partition("*")[0][:20].strip()
