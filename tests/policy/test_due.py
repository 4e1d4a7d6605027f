"""`radica policy due` against deadlines computed by hand, on a paper calendar."""

import json
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli.policy import app
from policy.pack import PACKS
from tests.policy.law import sgm

OFFSETS = {
    "CO": "-05:00",
    "MX": "-06:00",
    "AR": "-03:00",
    "EC": "-05:00",
    "PE": "-05:00",
    "HN": "-06:00",
    "CR": "-06:00",
}


def run(*args: str, stdin: str = "") -> Result:
    return CliRunner().invoke(app, ["due", *args], input=stdin)


def ask(*questions: dict[str, Any]) -> list[dict[str, Any]]:
    printed = run("--json", "-", stdin="".join(json.dumps(one) + "\n" for one in questions))
    return [json.loads(line) for line in printed.stdout.splitlines()]


@cache
def catalogue(policy: str) -> list[dict[str, Any]]:
    """The typologies that the command prints."""
    printed = CliRunner().invoke(app, ["facts", "--policy", policy, "--json"])
    found: list[dict[str, Any]] = json.loads(printed.stdout)["typologies"]
    return found


def cases(*rows: str) -> list[Any]:
    """Rows of "ids | what is asked | reported at | due", each marked with its ids."""
    found = []
    for row in rows:
        ids, asked, at, due = (part.strip() for part in row.split("|"))
        marks = pytest.mark.requirement(*ids.split())
        found.append(pytest.param(asked.split(), at, due, marks=marks, id=f"{asked} {at}"))
    return found


# BRONCE: an hour of its own week in each country, festivos of no country skipped (S0-34, D3).
BRONCE = cases(
    # Colombia, 08-18. Monday 16 November 2026 is a festivo: it counts. So does 1 January.
    "S0-34 S0-36 S0-37 D3 | CO alta | 2026-11-13T16:00 | 2026-11-16T15:00",
    "S0-34 S0-36 D3 | CO media | 2026-12-31T15:00 | 2027-01-01T17:00",
    "S0-36 S0-37 | CO baja | 2026-11-14T11:00 | 2026-11-17T16:00",
    # Mexico, 07-16, while the desk is open until 17. 16 November 2026 is its feriado too.
    "S0-36 S0-37 D2 D3 | MX alta | 2026-11-13T15:30 | 2026-11-16T15:30",
    "S0-36 S0-37 | MX media | 2026-05-04T06:00 | 2026-05-05T10:00",
    "S0-36 S0-37 | MX baja | 2026-05-04T07:00 | 2026-05-05T16:00",
    # Argentina, 10-19, while the desk opens at 9. 9 July is its feriado: it counts.
    "S0-36 S0-37 D2 D3 | AR alta | 2026-07-09T09:00 | 2026-07-09T19:00",
    "S0-36 S0-37 | AR media | 2026-07-10T18:00 | 2026-07-14T12:00",
    "S0-36 S0-37 | AR baja | 2026-03-10T12:00 | 2026-03-12T12:00",
    # Ecuador, 08-17.
    "S0-36 S0-37 | EC alta | 2026-03-09T08:00 | 2026-03-09T17:00",
    "S0-36 S0-37 | EC media | 2026-03-12T16:59 | 2026-03-16T10:59",
    "S0-36 S0-37 | EC baja | 2026-03-15T20:00 | 2026-03-17T17:00",
    # Peru, 08-17, while the desk is open until 18. Fiestas Patrias and Christmas count.
    "S0-36 S0-37 D2 | PE alta | 2026-07-29T17:30 | 2026-07-30T17:00",
    "S0-36 S0-37 D3 | PE media | 2026-07-28T09:00 | 2026-07-29T12:00",
    "S0-36 S0-37 D3 | PE baja | 2026-12-25T10:00 | 2026-12-29T10:00",
    # Honduras, 07-16.
    "S0-36 S0-37 D3 | HN alta | 2026-09-15T12:00 | 2026-09-16T12:00",
    "S0-36 S0-37 | HN media | 2026-09-18T07:00 | 2026-09-21T10:00",
    "S0-36 S0-37 | HN baja | 2026-09-19T00:00 | 2026-09-22T16:00",
    # Costa Rica, 07-16.
    "S0-36 S0-37 | CR alta | 2026-02-09T15:00 | 2026-02-10T15:00",
    "S0-36 S0-37 | CR media | 2026-02-11T13:15 | 2026-02-13T07:15",
    "S0-36 S0-37 D3 | CR baja | 2026-12-31T07:00 | 2027-01-01T16:00",
)


@pytest.mark.parametrize(("asked", "at", "due"), BRONCE)
def test_bronze_counts_the_hours_of_each_country(asked: list[str], at: str, due: str) -> None:
    country, priority = asked
    question = {"policy": "imexhs", "plan": "bronce", "country": country, "priority": priority}
    (answer,) = ask(question | {"at": at})
    assert answer["due"] == f"{due}:00{OFFSETS[country]}"
    assert (answer["source"], answer["clause"]) == ("plan", "política, sección 3, BRONCE")


AROUND_THE_CLOCK = [
    pytest.param(plan, priority, hours, marks=pytest.mark.requirement(id), id=f"{plan}-{priority}")
    for id, plan, figures in (("S0-39", "silver", (5, 9, 12)), ("S0-41", "gold", (2, 6, 9)))
    for priority, hours in zip(("alta", "media", "baja"), figures, strict=True)
]


@pytest.mark.parametrize(("plan", "priority", "hours"), AROUND_THE_CLOCK)
def test_silver_and_gold_count_every_hour_in_every_country(
    plan: str, priority: str, hours: int
) -> None:
    """Over the night of a year's end, and over the weekend of a moved festivo."""
    for reported in ("2026-12-31T22:00", "2026-07-11T19:30"):
        asked = [
            {"policy": "imexhs", "plan": plan, "country": country, "priority": priority}
            for country in OFFSETS
        ]
        answers = ask(*(one | {"at": reported} for one in asked))
        expected = (datetime.fromisoformat(reported) + timedelta(hours=hours)).isoformat()
        assert [one["due"] for one in answers] == [expected + at for at in OFFSETS.values()]


# The add-on: 08-17 of Colombia, its festivos skipped; the earlier of both deadlines holds (D4).
HYBRID = cases(
    # Friday; Monday 13 July 2026 is a festivo, the new one of 9 July moved by the Ley Emiliani.
    "S0-42 D3 D4 | bronce CO alta plan | 2026-07-10T16:30 | 2026-07-13T15:30-05:00",
    "S0-42 D3 D4 | bronce CO media plan | 2026-07-10T16:30 | 2026-07-14T08:30-05:00",
    "S0-42 D3 D4 | bronce CO baja hybrid | 2026-07-10T16:30 | 2026-07-14T11:30-05:00",
    # The year before there was no such festivo.
    "S0-42 D3 D4 | bronce CO alta hybrid | 2025-07-11T16:30 | 2025-07-14T08:30-05:00",
    # Reyes is moved from Tuesday 6 to Monday 12 January 2026: the sixth itself is worked.
    "S0-42 D3 | bronce CO alta hybrid | 2026-01-06T09:00 | 2026-01-06T10:00-05:00",
    "S0-42 D3 | bronce CO baja hybrid | 2026-01-09T16:00 | 2026-01-13T11:00-05:00",
    "S0-42 D4 | silver CO alta plan | 2026-01-09T16:30 | 2026-01-09T21:30-05:00",
    "S0-42 D4 | silver CO media hybrid | 2026-01-07T08:00 | 2026-01-07T10:00-05:00",
    "S0-42 D4 | gold CO alta hybrid | 2026-01-07T08:00 | 2026-01-07T09:00-05:00",
    # The end of a year, and Holy Week.
    "S0-42 D3 D4 | bronce CO media plan | 2026-12-31T16:00 | 2027-01-01T18:00-05:00",
    "S0-42 D3 D4 | bronce CO baja hybrid | 2026-12-31T16:00 | 2027-01-04T11:00-05:00",
    "S0-42 D3 D4 | bronce CO baja plan | 2026-04-01T16:00 | 2026-04-03T14:00-05:00",
    # It counts in Bogotá wherever the client is (S0-76).
    "S0-42 S0-76 | bronce MX alta hybrid | 2026-05-04T06:30 | 2026-05-04T09:00-05:00",
    "S0-42 S0-76 | gold AR media hybrid | 2026-05-05T12:00 | 2026-05-05T12:00-05:00",
)


@pytest.mark.parametrize(("asked", "at", "due"), HYBRID)
def test_with_the_add_on_the_earlier_deadline_holds(asked: list[str], at: str, due: str) -> None:
    plan, country, priority, source = asked
    question = {"policy": "imexhs", "plan": plan, "country": country, "priority": priority}
    (answer,) = ask(question | {"at": at, "hybrid": True})
    assert (answer["due"], answer["source"]) == (f"{due[:16]}:00{due[16:]}", source)


SGM = cases(
    "S1-54 D8 | critica | 2026-12-31T23:45 | 2027-01-01T00:15",
    "S1-55 D8 | alta | 2026-11-14T23:00 | 2026-11-15T01:00",
    "S1-56 D8 | media | 2026-07-11T17:00 | 2026-07-12T17:00",
    "S1-57 D8 | baja | 2026-07-10T17:00 | 2026-07-13T17:00",
)


@pytest.mark.parametrize(("asked", "at", "due"), SGM)
def test_sgm_counts_time_as_it_passes(asked: list[str], at: str, due: str) -> None:
    (answer,) = ask({"policy": "sgm", "country": "CO", "priority": asked[0], "at": at})
    assert answer["due"] == f"{due}:00-05:00"


@pytest.mark.requirement("S1-58")
def test_planned_work_has_a_date_and_no_figure() -> None:
    (answer,) = ask({"policy": "sgm", "priority": "planeado", "at": "2026-11-24T12:00"})
    assert answer["due"] is None


@pytest.mark.parametrize(
    ("id", "label", "seconds"),
    [
        pytest.param(id, row[0], row[4], marks=pytest.mark.requirement(id, "D15"), id=id)
        for id, row in sgm.TABLA_2.items()
    ],
)
def test_a_request_of_tabla_2_has_its_own_time(id: str, label: str, seconds: int) -> None:
    """Elapsed, from a Friday night; the row decides, whatever the priority."""
    (typology,) = [
        row["id"] for row in catalogue("sgm") if row["label"] == label and id in row["requirements"]
    ]
    (answer,) = ask({"policy": "sgm", "typology": typology, "at": "2026-07-10T20:00"})
    expected = datetime.fromisoformat("2026-07-10T20:00:00") + timedelta(seconds=seconds)
    assert (answer["due"], answer["source"]) == (f"{expected.isoformat()}-05:00", "request")


# OGTIC: 08-16, no Dominican feriado (D9). Those of the Ley 139-97 move to a Monday.
OGTIC = cases(
    # Constitution Day, 6 November 2026, is worked; Monday the 9th is the feriado.
    "S3-04 S3-06 D9 | critico | 2026-11-06T15:00 | 2026-11-10T11:00",
    "S3-04 S3-06 D9 | critico | 2026-11-23T12:00 | 2026-11-23T16:00",
    # Good Friday is a feriado there, the Thursday before it is not.
    "S3-04 S3-06 D9 | critico | 2026-04-02T14:00 | 2026-04-06T10:00",
    # 1 May 2026, a Friday, is worked; Monday the 4th is not.
    "S3-04 S3-06 D9 | critico | 2026-05-01T15:00 | 2026-05-05T11:00",
    # Altagracia, Wednesday 21 January, is never moved.
    "S3-04 S3-07 D9 | mayor | 2026-01-20T12:00 | 2026-01-22T12:00",
    "S3-04 S3-07 D9 | mayor | 2026-08-15T09:00 | 2026-08-17T16:00",
    "S3-04 S3-08 D9 | consulta | 2026-12-23T08:00 | 2026-12-31T16:00",
    # Over the end of the year: 1 January, and Reyes on Monday 4 January 2027.
    "S3-04 S3-08 D9 | consulta | 2026-12-29T10:00 | 2027-01-08T10:00",
)


@pytest.mark.parametrize(("asked", "at", "due"), OGTIC)
def test_ogtic_counts_dominican_working_hours(asked: list[str], at: str, due: str) -> None:
    (answer,) = ask({"policy": "ogtic", "country": "DO", "priority": asked[0], "at": at})
    assert answer["due"] == f"{due}:00-04:00"


@pytest.mark.requirement("S2-05", "S2-06", "S2-07", "S2-08", "D18")
def test_the_generic_policy_promises_no_figure() -> None:
    priorities = ("critico", "moderado", "consulta")
    asked = [{"policy": "generic", "priority": one, "at": "2026-11-24T12:00"} for one in priorities]
    assert [answer["due"] for answer in ask(*asked)] == [None] * 3
    printed = run("--policy", "generic", "--priority", "critico", "--at", "2026-11-24T12:00")
    assert "no figure is promised" in printed.stdout


@pytest.mark.requirement("S4-10")
def test_neither_does_the_contractors_procedure() -> None:
    asked = [
        {"policy": "contractor", "priority": one, "at": "2026-11-24T12:00"}
        for one in ("alta", "media", "baja")
    ]
    assert [answer["due"] for answer in ask(*asked)] == [None] * 3


@pytest.mark.requirement("S0-67", "D10")
def test_pauses_and_a_late_last_detail_move_the_deadline() -> None:
    """Wednesday 15:00, complete at 16:00: two hours; Thursday seven, an hour and a half paused."""
    printed = run(
        *("--policy", "imexhs", "--plan", "bronce", "--country", "CO", "--priority", "alta"),
        *("--at", "2026-07-08T15:00", "--complete-at", "2026-07-08T16:00"),
        *("--paused", "2026-07-09T09:00/2026-07-09T10:20"),
        *("--paused", "2026-07-09T14:00/2026-07-09T14:10"),
    )
    assert printed.stdout.startswith("2026-07-09T16:30:00-05:00")
    assert printed.stdout.count("paused: paused") == 2
    assert "skipped: incomplete" in printed.stdout


@pytest.mark.requirement("D10", "S3-06")
def test_a_pause_over_a_night_takes_only_what_it_covers() -> None:
    """One hour before the pause, three after it."""
    printed = run(
        *("--policy", "ogtic", "--priority", "critico", "--at", "2026-11-23T09:00"),
        *("--paused", "2026-11-23T10:00/2026-11-24T09:00"),
    )
    assert printed.stdout.startswith("2026-11-24T12:00:00-04:00")


def test_a_pause_that_lasts_leaves_no_deadline_and_a_bad_one_is_told() -> None:
    asked = ("--policy", "ogtic", "--priority", "critico", "--at", "2026-11-23T09:00")
    lasting = json.loads(run(*asked, "--paused", "2026-11-23T10:00/", "--json").stdout)
    assert lasting["due"] is None
    for wrong in ("2026-11-23T10:00", "mañana/hoy", "2026-11-23T10:00/2026-11-23T09:00"):
        printed = run(*asked, "--paused", wrong)
        assert printed.exit_code == 1
        assert "paused[0]" in printed.stderr


@pytest.fixture
def summer(tmp_path: Path) -> str:
    """A pack with two countries whose clocks change."""
    text = (PACKS / "imexhs.toml").read_text(encoding="utf-8")
    hours = (
        "[plans.hours.CL]\n"
        'attention = ["mon-fri 08:00-18:00"]\nresponse = ["mon-fri 08:00-18:00"]\n\n'
        "[plans.hours.US]\n"
        'attention = ["mon-sun 00:00-24:00"]\nresponse = ["mon-sun 00:00-24:00"]\n\n'
        "[plans.hours.MX]\n"
    )
    countries = (
        '[[countries]]\ncode = "CL"\nname = "Chile"\nzone = "America/Santiago"\n\n'
        '[[countries]]\ncode = "US"\nname = "Estados Unidos"\nzone = "America/New_York"\n\n'
        '[[countries]]\ncode = "MX"\n'
    )
    text = text.replace("[plans.hours.MX]\n", hours, 1)
    file = tmp_path / "summer.toml"
    file.write_text(text.replace('[[countries]]\ncode = "MX"\n', countries, 1), encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("country", "at", "due"),
    [
        # Chile goes back an hour on 5 April 2026, and forward on 6 September.
        ("CL", "2026-04-03T16:00-03:00", "2026-04-06T15:00:00-04:00"),
        ("CL", "2026-09-04T16:00-04:00", "2026-09-07T15:00:00-03:00"),
        # New York: the night of 8 March lacks an hour, that of 1 November has one more.
        ("US", "2026-03-07T20:00-05:00", "2026-03-08T06:00:00-04:00"),
        ("US", "2026-10-31T20:00-04:00", "2026-11-01T04:00:00-05:00"),
    ],
)
def test_clocks_that_change_cost_no_hour_and_give_none(
    summer: str, country: str, at: str, due: str
) -> None:
    question = {"policy": summer, "plan": "bronce", "country": country, "priority": "alta"}
    (answer,) = ask(question | {"at": at})
    assert answer["due"] == due
