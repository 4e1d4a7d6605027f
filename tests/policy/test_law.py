"""What `radica policy facts` prints is what the sources say: a table written by hand, every id."""

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli.policy import app
from tests.policy.law import Law, contractor, generic, imexhs, ogtic, sgm
from tests.policy.law.decisions import DECISIONS

LAWS: dict[str, Law] = {
    "imexhs": imexhs.LAW,
    "sgm": sgm.LAW,
    "generic": generic.LAW,
    "ogtic": ogtic.LAW,
    "contractor": contractor.LAW,
}
OWN = Path(__file__).parent / "law" / "own"
KEYS = ("key", "id", "code", "number", "kind")
PERFORMERS = {"C": "client", "A": "admin", "M": "desk"}


@cache
def facts(policy: str) -> dict[str, Any]:
    """What the command prints about a pack that ships."""
    printed = CliRunner().invoke(app, ["facts", "--policy", policy, "--json"])
    assert printed.exit_code == 0, printed.stderr
    found: dict[str, Any] = json.loads(printed.stdout)
    return found


def at(value: Any, path: str) -> Any:
    """The value at "plans.bronce.response"; rows of a list are found by their own key."""
    for name in path.split("."):
        if isinstance(value, list):
            (value,) = [row for row in value if name in {str(row.get(key)) for key in KEYS}]
        else:
            assert name in value, f"{path}: no {name}"
            value = value[name]
    return value


def part(found: Any, expected: Any) -> Any:
    """As much of what was found as the table speaks of."""
    if isinstance(expected, dict) and expected and isinstance(found, dict):
        return {key: part(found.get(key), value) for key, value in expected.items()}
    return found


def rows(table: dict[str, Any], *more: Any) -> list[Any]:
    """One case an id, marked with it."""
    return [
        pytest.param(*more, id, value, marks=pytest.mark.requirement(id), id=id)
        for id, value in table.items()
    ]


def entries(policy: str, id: str) -> list[dict[str, Any]]:
    """The typologies that carry an id."""
    return [row for row in facts(policy)["typologies"] if id in row["requirements"]]


@pytest.mark.parametrize(
    ("policy", "id", "law"), [case for name, law in LAWS.items() for case in rows(law, name)]
)
def test_a_pack_says_what_its_source_says(policy: str, id: str, law: dict[str, Any]) -> None:
    found = facts(policy)
    assert {path: part(at(found, path), value) for path, value in law.items()} == law
    assert found["index"][id], "no rule carries it"


@pytest.mark.parametrize(
    ("policy", "id", "law"), [case for name, law in DECISIONS.items() for case in rows(law, name)]
)
def test_a_pack_settles_what_its_source_leaves_open(
    policy: str, id: str, law: dict[str, Any]
) -> None:
    found = facts(policy)
    assert {path: part(at(found, path), value) for path, value in law.items()} == law
    assert found["index"][id], "no rule carries it"


def own(policy: str) -> Law:
    """Everyday names and settings of the desk itself: "S0-33  plans.bronce.name.es = ..."."""
    written: Law = {}
    for line in (OWN / f"{policy}.txt").read_text(encoding="utf-8").splitlines():
        id, path, value = re.split(r" += +| +", line, maxsplit=2)
        written.setdefault(id, {})[path] = json.loads(value.removeprefix("= "))
    return written


@pytest.mark.parametrize(
    ("policy", "id", "law"), [case for name in LAWS for case in rows(own(name), name)]
)
def test_a_pack_has_the_names_and_settings_that_were_chosen(
    policy: str, id: str, law: dict[str, Any]
) -> None:
    """A name or a setting that no source gives is changed on purpose: here too."""
    assert {path: at(facts(policy), path) for path in law} == law


@pytest.mark.parametrize(("id", "printed"), rows(imexhs.CATALOGUE))
def test_the_catalogue_is_as_printed(id: str, printed: list[str]) -> None:
    """S0-78..97. Misuse is what its own guide answers (D14)."""
    found = facts("imexhs")
    lines = [
        "|".join(
            (
                at(found, f"priorities.{row['priority']}.label"),
                at(found, f"categories.{row['category']}.label"),
                row["label"] + "!" * row["misuse"],
            )
        )
        for row in entries("imexhs", id)
    ]
    assert sorted(lines) == sorted(printed)
    assert all(bool(row["article"]) == row["misuse"] for row in entries("imexhs", id))
    assert all(not row["misuse"] or row["kind"] == "incident" for row in entries("imexhs", id))


@pytest.mark.requirement("S0-77", "D13")
def test_the_catalogue_is_all_of_it() -> None:
    """76 are printed: 39, 25 and 12; one stands twice, one of the MEDIA says BAJA."""
    written = [line for lines in imexhs.CATALOGUE.values() for line in lines]
    assert Counter(line.partition("|")[0] for line in written) == {
        "BAJA": 39 + 1,
        "MEDIA": 25 - 1 - 1,
        "ALTA": 12,
    }
    assert len(facts("imexhs")["typologies"]) == len(written) == 75


@pytest.mark.parametrize(("id", "printed"), rows(sgm.TABLA_2))
def test_tabla_2_is_as_printed(id: str, printed: tuple[Any, ...]) -> None:
    """S1-12..26."""
    (row,) = [one for one in entries("sgm", id) if one["request"]]
    terms = row["request"]
    fields = ("complexity", "committee", "quote", "within", "estimated")
    assert (row["label"], *(terms[field] for field in fields)) == printed
    assert terms["note"] == sgm.NOTES.get(id, "")
    assert row["kind"] == "request"
    assert ("S1-26" in row["requirements"]) == terms["estimated"]


@pytest.mark.parametrize(("id", "printed"), rows(sgm.TABLA_4))
def test_tabla_4_is_as_printed(id: str, printed: tuple[str, ...]) -> None:
    """S1-37..49: the incident, then who checks what, in order."""
    found = facts("sgm")
    (row,) = entries("sgm", id)
    checks = [at(found, f"checks.{key}") for key in row["checks"]]
    who = {by: letter for letter, by in PERFORMERS.items()}
    assert (
        at(found, f"categories.{row['category']}.label"),
        row["label"],
        *(f"{who[check['by']]} {check['label']}" for check in checks),
    ) == printed
    assert row["kind"] == "incident"
    assert all(
        check["only_if"] == ("extramural" if check["key"] == "vpn" else None) for check in checks
    )


@pytest.mark.requirement("S1-37", "S1-50", "D16")
def test_tabla_4_has_13_incidents_and_42_checks() -> None:
    assert len(sgm.TABLA_4) == 13
    assert sum(len(row) - 2 for row in sgm.TABLA_4.values()) == 42
    assert sum(len(row["checks"]) for row in entries("sgm", "S1-50")) == 42
    assert len(entries("sgm", "S1-50")) == 13


@pytest.mark.requirement("S3-10", "S3-13", "S3-15", "S3-19", "S3-21", "S3-24", "S3-26")
def test_a_change_goes_its_way_in_order() -> None:
    """S3-10..26."""
    change = facts("ogtic")["change"]
    assert [one["key"] for one in change["fields"]] == ogtic.FIELDS
    assert [one["key"] for one in change["criteria"]] == ogtic.CRITERIA
    assert [one["key"] for one in change["stages"]] == ogtic.STAGES


@pytest.mark.parametrize("policy", LAWS)
def test_every_id_of_a_source_stands_in_the_table_and_in_the_pack(policy: str) -> None:
    written = set(LAWS[policy])
    if policy == "imexhs":
        written |= set(imexhs.CATALOGUE)
    if policy == "sgm":
        written |= {*sgm.TABLA_2, *sgm.TABLA_4}
    last = {"imexhs": 98, "sgm": 58, "generic": 20, "ogtic": 26, "contractor": 13}[policy]
    source = f"S{list(LAWS).index(policy)}"
    assert written == {f"{source}-{number:02}" for number in range(1, last + 1)}
    assert written == {id for id in facts(policy)["index"] if id.startswith("S")}


@pytest.mark.parametrize("policy", LAWS)
def test_at_most_nine_things_are_asked_for_at_once(policy: str) -> None:
    found = facts(policy)
    assert 2 <= len(found["groups"]) <= 9
    reached = {one for group in found["groups"] for one in group["categories"]}
    assert reached == {one["key"] for one in found["categories"]}
