"""radica policy, as a person and as a script call it."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli.policy import app
from policy.pack import PACKS

FRIDAY = ["--policy", "imexhs", "--plan", "bronce", "--country", "CO", "--priority", "alta"]
BRONCE = {"policy": "imexhs", "plan": "BRONCE", "country": "co", "at": "2025-06-20T17:00-05:00"}


def run(*args: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(app, list(args), input=stdin)


def ask(*questions: object) -> list[dict[str, Any]]:
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    result = run("due", "--json", "-", stdin=lines)
    assert result.exit_code == 0
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_deadline_is_answered_with_its_clause_and_every_interval() -> None:
    result = run("due", *FRIDAY, "--at", "2025-06-20T17:00-05:00", "--json")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert answer["due"] == "2025-06-23T16:00:00-05:00"
    assert answer["clause"] == "política, sección 3, BRONCE"
    assert [(one["from"], one["to"], one["what"]) for one in answer["intervals"]] == [
        ("2025-06-20T17:00:00-05:00", "2025-06-20T18:00:00-05:00", "counted"),
        ("2025-06-20T18:00:00-05:00", "2025-06-23T08:00:00-05:00", "skipped"),
        ("2025-06-23T08:00:00-05:00", "2025-06-23T16:00:00-05:00", "counted"),
    ]


def test_a_person_reads_the_same_in_lines() -> None:
    result = run("due", *FRIDAY, "--at", "2025-06-20T17:00-05:00")
    assert "2025-06-23T16:00:00-05:00  (política, sección 3, BRONCE)" in result.stdout
    assert "skipped: outside_hours" in result.stdout


@pytest.mark.parametrize(
    ("priority", "hours"), [("Crítico", 9), ("ALTA", 9), ("Importante", 12), ("menor", 18)]
)
def test_names_are_taken_as_people_write_them(priority: str, hours: int) -> None:
    (answer,) = ask(BRONCE | {"priority": priority})
    assert answer["seconds"] == hours * 3600


def test_a_pause_and_incomplete_information_are_listed() -> None:
    """D10: the clock starts when the information is complete."""
    (answer,) = ask(
        BRONCE
        | {
            "priority": "alta",
            "complete_at": "2025-06-20T17:30-05:00",
            "paused": [["2025-06-23T09:00-05:00", "2025-06-23T10:00-05:00"]],
        }
    )
    assert answer["due"] == "2025-06-23T17:30:00-05:00"
    assert [(one["what"], one["why"]) for one in answer["intervals"]] == [
        ("skipped", "incomplete"),
        ("counted", "open"),
        ("skipped", "outside_hours"),
        ("counted", "open"),
        ("paused", "paused"),
        ("counted", "open"),
    ]


def test_the_answer_is_in_the_clients_zone_and_the_addons_in_bogota() -> None:
    """S0-76, D2."""
    mexico = {"policy": "imexhs", "country": "MX", "priority": "media"}
    plain, addon, naive = ask(
        mexico | {"plan": "bronce", "at": "2026-11-22T17:20+00:00"},
        mexico | {"plan": "bronce", "at": "2026-11-24T17:00+00:00", "hybrid": True},
        mexico | {"plan": "gold", "at": "2026-11-22T11:20"},
    )
    assert plain["due"] == "2026-11-24T10:00:00-06:00"
    assert (addon["due"], addon["source"]) == ("2026-11-24T14:00:00-05:00", "hybrid")
    assert naive["due"] == "2026-11-22T17:20:00-06:00"


def test_pauses_may_change_which_deadline_comes_first() -> None:
    """D4: asleep all night in the plan's clock, while the add-on's had not begun."""
    gold = {"policy": "imexhs", "plan": "gold", "country": "CO", "priority": "alta"}
    night = gold | {"at": "2026-11-24T20:00-05:00", "hybrid": True}
    plain, paused = ask(
        night, night | {"paused": [["2026-11-24T20:30-05:00", "2026-11-25T08:00-05:00"]]}
    )
    assert (plain["source"], plain["due"]) == ("plan", "2026-11-24T22:00:00-05:00")
    assert (paused["source"], paused["due"]) == ("hybrid", "2026-11-25T09:00:00-05:00")


def test_a_bad_line_costs_only_its_own_answer() -> None:
    good = BRONCE | {"priority": "alta"}
    answers = ask(
        good,
        [],
        {},
        good | {"policy": "imexs"},
        good | {"policy": "\ud800"},
        good | {"plan": "bronse"},
        good | {"plan": ["bronce"]},
        good | {"priority": "urgentísimo"},
        good | {"country": "CL"},
        good | {"at": "mañana"},
        good | {"at": "9999-12-31T23:59-05:00"},
        good | {"at": "0001-01-01T00:00+05:00"},
        good | {"paused": [["2025-06-23T10:00-05:00"]]},
        good | {"paused": [["2025-06-23T10:00-05:00", "2025-06-23T09:00-05:00"]]},
        good | {"hybrid": "yes"},
        good,
    )
    assert answers[0] == answers[-1]
    assert all(set(answer) == {"error"} for answer in answers[1:-1])
    assert "did you mean 'bronce'" in answers[5]["error"]


def test_bytes_that_are_no_json_are_answered_too() -> None:
    result = run("due", "--json", "-", stdin=b"\xff\xfe\n\n{\n" + b"[" * 100_000 + b"\n")
    assert result.exit_code == 0
    assert [set(json.loads(line)) for line in result.stdout.splitlines()] == [{"error"}] * 3


def test_sgm_needs_no_plan_and_a_request_no_priority() -> None:
    noon = {"policy": "sgm", "country": "CO", "at": "2026-11-24T12:00-05:00"}
    critical, request, planned = ask(
        noon | {"priority": "Crítica"},
        noon | {"typology": "solicitud-liberar-paciente"},
        noon | {"priority": "planeado"},
    )
    assert critical["due"] == "2026-11-24T12:30:00-05:00"
    assert (request["due"], request["source"]) == ("2026-11-24T12:10:00-05:00", "request")
    assert (planned["due"], planned["intervals"]) == (None, [])


def test_a_single_question_that_fails_exits_with_1() -> None:
    assert run("due", *FRIDAY, "--json").exit_code == 1
    assert "at: is missing" in run("due", *FRIDAY).stderr


def test_check_lists_all_faults_with_suggestions(tmp_path: Path) -> None:
    text = (PACKS / "imexhs.toml").read_text(encoding="utf-8")
    file = tmp_path / "mine.toml"
    broken = text.replace('category = "metabase"', 'category = "metabas"', 1)
    file.write_text(broken.replace("first_number", "first_numer"), encoding="utf-8")
    result = run("check", str(file))
    assert result.exit_code == 1
    assert "desk.first_numer: no such field; did you mean 'first_number'?" in result.stdout
    assert "no such category: 'metabas'; did you mean 'metabase'?" in result.stdout
    plain = json.loads(run("check", str(file), "--json").stdout)
    assert {fault["path"] for fault in plain["faults"]} >= {"desk.first_numer"}


def test_check_of_the_shipped_packs_is_ok_and_notes_bronce(tmp_path: Path) -> None:
    """D12."""
    result = run("check")
    assert result.exit_code == 0
    assert "sgm: ok" in result.stdout
    assert "note: plan bronce is not followed by chat" in result.stdout


def test_facts_are_plain_json_and_a_summary() -> None:
    plain = json.loads(run("facts", "--policy", "sgm", "--json").stdout)
    assert plain["plans"][0]["response"]["critica"] == 1800
    assert plain["requirements"]["S1-54"] == ["priorities.critica", "plans.sgm"]
    assert "plan BRONCE: alta 540 min" in run("facts").stdout
    assert run("facts", "--policy", "nope").exit_code == 1


def test_explain_goes_from_a_requirement_to_its_rule() -> None:
    result = run("explain", "s0-36")
    assert result.exit_code == 0
    assert "imexhs: plans.bronce" in result.stdout
    assert "source: política, sección 3, BRONCE" in result.stdout
    assert "sgm: closing" in run("explain", "cierre, paso 3", "--policy", "sgm").stdout
    assert run("explain", "S0-99").exit_code == 1


def test_explain_tells_in_which_way_a_rule_is_kept_and_what_proves_it() -> None:
    told = run("explain", "S0-36", "--policy", "imexhs").stdout
    assert "imexhs: plans.bronce  [enforced]" in told
    assert "test: tests/policy/test_due.py:" in told
    assert "contractor: activities.verify  [open]" in run("explain", "S4-08").stdout
    marked = run("explain", "S4-13").stdout
    assert "test: tests/cli/test_mark.py::test_every_export_of_a_contractors_desk" in marked


def test_diff_says_what_changed_and_schema_is_json(tmp_path: Path) -> None:
    file = tmp_path / "new.toml"
    text = (PACKS / "imexhs.toml").read_text(encoding="utf-8")
    file.write_text(text.replace('alta = "2 h"', 'alta = "1 h"'), encoding="utf-8")
    words = run("diff", "imexhs", str(file)).stdout
    assert words == "plans.gold.response.alta: from 2 h to 1 h (sección 3, GOLD; S0-41, D3)\n"
    plain = json.loads(run("diff", "imexhs", str(file), "--json").stdout)
    assert plain == ["~ plans.gold.response.alta: 7200 -> 3600"]
    assert "no difference" in run("diff", "sgm", "sgm").stdout
    schema = json.loads(run("schema").stdout)
    assert "plans" in schema["properties"]
