"""A broken pack is told all that is wrong with it, at once, with the likely mends."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from policy.pack import PACKS, Fault, PackFaults, load, parse
from policy.spans import parse_span, parse_week

Raw = dict[str, Any]


@pytest.fixture
def raw() -> Raw:
    return tomllib.loads((PACKS / "imexhs.toml").read_text(encoding="utf-8"))


def faults(raw: Raw) -> list[Fault]:
    with pytest.raises(PackFaults) as found:
        parse(raw)
    return found.value.faults


def only(raw: Raw) -> Fault:
    (fault,) = faults(raw)
    return fault


def test_shapes_and_references_are_in_one_report(raw: Raw) -> None:
    raw["desk"]["adress"] = "usted"
    raw["desk"]["consent"] = "notise"
    raw["plans"][0]["response"]["alt"] = "9 h"
    raw["plans"][1]["response"]["alta"] = "five hours"
    raw["typologies"][7]["category"] = "integracio"
    raw["groups"][0]["typology"] = "portal-no-visualisan"
    raw["countries"][0]["zone"] = "America/Bogoto"
    del raw["matrix"]["high"]["low"]
    assert {fault.path: fault.suggestion for fault in faults(raw)} == {
        "desk.adress": "did you mean 'address'?",
        "desk.consent": "did you mean 'notice'?",
        "plans[0].response.alt": "did you mean 'alta'?",
        "plans[1].response.alta": None,
        "typologies[7].category": "did you mean 'integracion'?",
        "groups[0].typology": "did you mean 'portal-no-visualizan'?",
        "countries[0].zone": "did you mean 'America/Bogota'?",
        "matrix.high.low": None,
    }


def test_faults_come_in_the_order_of_the_rows(raw: Raw) -> None:
    for i in (10, 2):
        raw["typologies"][i]["priority"] = "nope"
    assert [fault.path for fault in faults(raw)] == [
        "typologies[2].priority",
        "typologies[10].priority",
    ]


@pytest.mark.parametrize(
    ("windows", "problem"),
    [
        (["mon-fri 08:00-18:00", "fri 17:00-19:00"], "two windows overlap on fri"),
        (["mon-fri 18:00-08:00"], "closes before it opens"),
        (["fri-mon 08:00-18:00"], "runs backwards"),
        (["lun-vie 08:00-18:00"], "no such day"),
        (["mon-fri 8-18"], "is not a window"),
        (["mon 08:00-25:00"], "no such time of day"),
        ([], "at least 1 item"),
    ],
)
def test_hours_that_cannot_be_kept_are_faults(raw: Raw, windows: list[str], problem: str) -> None:
    raw["plans"][0]["hours"]["CO"]["response"] = windows
    fault = only(raw)
    assert fault.path == "plans[0].hours.CO.response"
    assert problem in fault.problem


def test_a_plan_needs_hours_or_always(raw: Raw) -> None:
    del raw["plans"][0]["hours"]
    assert only(raw).path == "plans[0].hours"


def test_misuse_without_an_article_would_send_the_person_nowhere(raw: Raw) -> None:
    entry = next(one for one in raw["typologies"] if one.get("misuse"))
    del entry["article"]
    assert "nowhere" in only(raw).problem


def test_a_rule_without_its_clause_or_requirements_is_a_fault(raw: Raw) -> None:
    del raw["closing"]["clause"]
    raw["hybrid"]["requirements"] = ["S9-99"]
    assert {fault.path for fault in faults(raw)} == {"closing.clause", "hybrid.requirements[0]"}


def test_a_key_given_twice_and_a_gap_in_the_ladder_are_faults(raw: Raw) -> None:
    raw["typologies"].append(dict(raw["typologies"][0]))
    raw["ladder"][4]["number"] = 7
    paths = {fault.path for fault in faults(raw)}
    assert paths == {"typologies[75].id", "ladder", "warnings[4].level"}


def test_names_too_long_for_a_phone_are_faults(raw: Raw) -> None:
    raw["groups"][0]["label"]["es"] = "No veo las imágenes de nadie"
    raw["typologies"][0]["name"]["es"] = "x" * 41
    assert {fault.path for fault in faults(raw)} == {
        "groups[0].label.es",
        "typologies[0].name.es",
    }


def test_nonsense_of_any_shape_is_a_report_and_never_a_crash(raw: Raw) -> None:
    nonsense: tuple[Raw, ...] = (
        {},
        {"plans": 3, "typologies": "x", "desk": []},
        {"plans": [1, {"hours": 2, "response": []}], "ladder": [{"number": "one"}]},
        raw | {"matrix": {"high": 1}, "hybrid": [], "groups": [{"categories": "pacs"}]},
    )
    for broken in nonsense:
        assert faults(broken)


def test_an_unreadable_file_and_an_unknown_name_are_faults(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("name = \n", encoding="utf-8")
    with pytest.raises(PackFaults, match="not readable as TOML"):
        load(str(broken))
    with pytest.raises(PackFaults, match="did you mean 'imexhs'"):
        load("imexs")
    with pytest.raises(PackFaults, match="no pack or file"):
        load("x" * 5000)


def test_spans_and_windows_are_written_as_people_write_them() -> None:
    assert [parse_span(text) for text in ("9 h", "10 min", "1 h 30 min", "7d")] == [
        32_400,
        600,
        5400,
        604_800,
    ]
    for wrong in ("9", "9 hours", "", "h", True, None):
        with pytest.raises(ValueError, match="span of time"):
            parse_span(wrong)
    week = parse_week(("mon-fri 13:00-17:00", "mon-sat 08:00-12:00"))
    assert week[0] == ((480, 720), (780, 1020))
    assert (week[5], week[6]) == (((480, 720),), ())


def test_a_visit_is_missed_only_where_one_can_be_agreed_on(raw: Raw) -> None:
    raw["datings"] = [{**raw["datings"][0], "kind": "extension"}]
    found = {fault.path: fault.suggestion for fault in faults(raw)}
    assert found == {
        "endings[1].key": "state a datings row of kind 'visit'",
        "datings[0].kind": "mark a request with estimated = true",
    }


def test_ways_out_that_nobody_knows_and_urgencies_that_nobody_decides_are_told(raw: Raw) -> None:
    raw["out_of_scope"][0]["instead"] = ["quotes", "person"]
    del raw["emergency"]
    raw["misuse"]["holidays"] = "Atlantis"
    gates = raw["entitlement"]
    invoice = next(i for i, gate in enumerate(gates) if gate["key"] == "invoice")
    assert {fault.path: fault.suggestion for fault in faults(raw)} == {
        "out_of_scope[0].instead[0]": "did you mean 'quote'?",
        f"entitlement[{invoice}].instead": None,
        "misuse.holidays": None,
    }


def test_a_reactivation_of_what_nothing_suspends_is_a_fault(raw: Raw) -> None:
    raw["entitlement"] = [gate for gate in raw["entitlement"] if gate["key"] != "invoice"]
    assert only(raw).path == "reactivation"


def test_holidays_of_a_review_without_hours_are_a_fault(raw: Raw) -> None:
    del raw["misuse"]["open"]
    assert only(raw).path == "misuse.open"
