"""The two packs hold what their sources print, and every requirement has its rule."""

import tomllib
from collections import Counter

import pytest

from policy.facts import differences, facts
from policy.names import UnknownName
from policy.pack import PACKS, Policy, load, names, parse
from tests.policy.desk import pack

IMEXHS, SGM = pack("imexhs"), pack("sgm")
BOTH = pytest.mark.parametrize("policy", [IMEXHS, SGM], ids=lambda policy: policy.name)


def test_the_shipped_packs_load_by_name_without_case() -> None:
    assert {"imexhs", "sgm"} <= set(names())
    assert load("IMEXHS").digest == IMEXHS.digest
    assert load(str(PACKS / "sgm.toml")).digest == SGM.digest


@pytest.mark.parametrize(("policy", "source", "last"), [(IMEXHS, "S0", 98), (SGM, "S1", 58)])
def test_every_requirement_of_a_source_is_carried_by_a_rule(
    policy: Policy, source: str, last: int
) -> None:
    carried = facts(policy)["requirements"]
    own = {id for id in carried if id.startswith("S")}
    assert own == {f"{source}-{number:02}" for number in range(1, last + 1)}
    assert all(carried.values())


@pytest.mark.parametrize(
    ("policy", "id", "path"),
    [
        (IMEXHS, "S0-06", "entitlement.invoice"),
        (IMEXHS, "S0-07", "reactivation"),
        (IMEXHS, "S0-26", "out_of_scope.network"),
        (IMEXHS, "S0-37", "plans.bronce"),
        (IMEXHS, "S0-42", "hybrid"),
        (IMEXHS, "S0-58", "misuse"),
        (IMEXHS, "S0-62", "closing"),
        (IMEXHS, "S0-70", "matrix"),
        (SGM, "S1-13", "typologies.solicitud-corregir-identidad"),
        (SGM, "S1-32", "closing"),
        (SGM, "S1-36", "ladder.5"),
        (SGM, "S1-51", "checks.vpn"),
        (SGM, "S1-54", "priorities.critica"),
    ],
)
def test_a_requirement_leads_to_its_rule(policy: Policy, id: str, path: str) -> None:
    assert path in facts(policy)["requirements"][id]


def test_the_decisions_on_what_the_documents_leave_open_are_settings_of_a_pack() -> None:
    """D9, D17 and D18 belong to the other sources."""
    carried = {id for policy in (IMEXHS, SGM) for id in facts(policy)["requirements"]}
    mine = {f"D{number}" for number in range(1, 23)} - {"D9", "D17", "D18"}
    assert mine <= carried


def test_imexhs_has_the_whole_catalogue() -> None:
    """S0-77: 76 printed, one of them twice; one MEDIA row is printed as BAJA (D13)."""
    entries = IMEXHS.typologies
    assert len(entries) == 75
    assert Counter(one.priority for one in entries) == {"baja": 40, "media": 23, "alta": 12}
    per_category = Counter(one.category for one in entries)
    assert per_category == {
        "pacs": 20,
        "ris": 19,
        "portal": 12,
        "integracion": 5,
        "facturacion": 4,
        "hiruko-viewer": 4,
        "lista-de-trabajo": 4,
        "rv": 3,
        "metabase": 2,
        "desarrollo": 1,
        "hiruko-burner": 1,
    }
    labels = {(IMEXHS.category(one.category).label, one.label) for one in entries}
    assert len(labels) == 75
    assert ("RIS", "Valores erróneos en Orden por mal Procedimiento") in labels
    assert ("LISTA DE TRABAJO", "Agrega equipo al MWL") in labels


def test_misuse_always_has_a_guide_and_is_never_urgent() -> None:
    """S0-03, D14."""
    misuse = [one for one in IMEXHS.typologies if one.misuse]
    assert len(misuse) == 24
    assert {one.priority for one in misuse} == {"baja"}
    assert len({one.article for one in misuse}) == len(misuse)
    assert all("D14" in one.requirements for one in misuse)


def test_tabla_2_is_as_printed() -> None:
    rows = {
        one.label: (
            one.request.complexity,
            one.request.committee,
            one.request.quote,
            one.request.within,
            one.request.estimated,
        )
        for one in SGM.typologies
        if one.request
    }
    assert len(rows) == 14
    day, ten = 24 * 3600, 600
    assert rows["Corrección de número de identidad"] == ("low", False, "no", ten, False)
    assert rows["Anular factura"] == ("medium", False, "no", ten, False)
    assert rows["Creación de Usuarios"] == ("low", True, "depends", day, True)
    assert rows["Crear nuevo Reporte"] == ("medium_high", True, "yes", 3 * day, True)
    quick = [label for label, row in rows.items() if row[3] == ten]
    assert len(quick) == 4
    assert all(row[4] for label, row in rows.items() if label not in quick)


def test_tabla_4_has_13_incidents_and_42_checks_in_order() -> None:
    incidents = [one for one in SGM.typologies if one.checks]
    assert len(incidents) == 13
    assert sum(len(one.checks) for one in incidents) == 42
    page = [SGM.check(key) for key in SGM.typology("acceso-no-carga-pagina").checks]
    assert [check.by for check in page] == ["client", "client", "client", "desk", "client"]
    assert page[-1].only_if == "extramural"
    who = Counter(SGM.check(key).by for one in incidents for key in one.checks)
    assert who == {"client": 25, "admin": 2, "desk": 15}


@BOTH
def test_everything_a_person_reads_fits_its_place(policy: Policy) -> None:
    assert len(policy.groups) == 9
    for language in ("es", "en"):
        titles = [group.label[language] for group in policy.groups]
        assert len(set(titles)) == len(titles)
        for entry in policy.typologies:
            assert 0 < len(entry.name[language]) <= 40
        for notice in policy.out_of_scope:
            assert not notice.says[language].endswith(".")
            assert notice.instead


@BOTH
def test_every_category_can_be_reached_from_a_group(policy: Policy) -> None:
    reached = {category for group in policy.groups for category in group.categories}
    assert reached == {category.key for category in policy.categories}


@BOTH
def test_names_match_without_case_or_accents(policy: Policy) -> None:
    for plan in policy.plans:
        assert policy.plan(f" {plan.label.upper()} ") is plan
        assert policy.plan(plan.name.en) is plan
    for priority in policy.priorities:
        for name in (priority.label, priority.name.es, priority.name.en, *priority.aliases):
            assert policy.priority(name.upper()) is priority
    assert policy.country("COLOMBIA") is policy.country("co")


def test_an_unknown_name_is_told_with_the_nearest_one() -> None:
    with pytest.raises(UnknownName, match="did you mean 'bronce'") as unknown:
        IMEXHS.plan("bronse")
    assert unknown.value.suggestion == "bronce"
    for ask in (IMEXHS.priority, IMEXHS.typology, IMEXHS.category, IMEXHS.notice, IMEXHS.group):
        with pytest.raises(UnknownName):
            ask("xyzzy")


def test_the_digest_follows_the_meaning_of_a_pack() -> None:
    raw = tomllib.loads((PACKS / "imexhs.toml").read_text(encoding="utf-8"))
    assert parse(raw).digest == IMEXHS.digest
    raw["plans"][0]["response"]["alta"] = "8 h"
    changed = parse(raw)
    assert changed.digest != IMEXHS.digest
    assert differences(IMEXHS, changed) == ["~ plans.bronce.response.alta: 32400 -> 28800"]


def test_the_order_of_rows_is_no_difference() -> None:
    raw = tomllib.loads((PACKS / "sgm.toml").read_text(encoding="utf-8"))
    raw["typologies"].reverse()
    assert differences(SGM, parse(raw)) == []
    kept = (one for one in raw["typologies"] if one["id"] != "solicitud-liberar-paciente")
    raw["typologies"] = list(kept)
    gone = differences(SGM, parse(raw))
    assert gone
    assert all(line.startswith("- typologies.solicitud-liberar-paciente") for line in gone)
