"""What limits support for good: each exclusion is refused under a reason code of its own."""

import pytest

from tests.journeys.test_refusals import trail
from tests.journeys.world import World

SAID = {
    "6.1-TEL": "el teléfono de la recepción no tiene tono",
    "6.1-ASE": "necesitamos asesoría jurídica sobre la historia clínica",
}


@pytest.mark.requirement("S0-63")
async def test_telephony_and_advice_have_reason_codes_of_their_own(world: World) -> None:
    for code, said in SAID.items():
        marta = await world.client(f"Ana {code}")
        await marta.says(said)
        assert "política, 6.1" in marta.last
        assert marta.labels == ["Que lo revisen", "Salir"]
    codes = [row.facts["code"] for row in await trail(world) if row.what == "refused"]
    assert codes == [f"scope.{code}" for code in SAID] and await world.tickets() == []
