"""radica simulate against small scenarios that were worked out by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from policy import pack
from tests.cli.conftest import Radica

ONE_BY_DAY = '[[staff]]\nname = "day"\nshift = ["mon-fri 08:00-18:00"]\n'
TIMES = '[handling]\nanswer = "10 min"\nwork = "50 min"\n'


def arrival(at: str, plan: str = "gold", priority: str = "alta", more: str = "") -> str:
    """A listed case of a Colombian client."""
    where = f'plan = "{plan}"\ncountry = "CO"\npriority = "{priority}"'
    return f"[[arrivals]]\nat = {at}\n{where}\n{more}\n"


@pytest.fixture
def play(radica: Radica, home: Path) -> Any:
    """Play these tables under the IMEXHS policy; the figures."""

    def played(*tables: str, head: str = "", policy: str = "imexhs") -> dict[str, Any]:
        (home / "it.toml").write_text("\n".join((head, *tables)), encoding="utf-8")
        result = radica("simulate", "--policy", policy, "--scenario", "it.toml", "--json")
        assert result.exit_code == 0, result.output
        answer: dict[str, Any] = json.loads(result.stdout)
        return answer

    return played


def test_one_person_takes_three_cases_in_turn(play: Any) -> None:
    """Answered at 9:10, 10:10 and 11:10 on a Monday; each takes an hour in all."""
    told = play(TIMES, ONE_BY_DAY, *[arrival("2026-03-02T09:00:00", "bronce")] * 3)
    whole = told["all"]
    assert (whole["cases"], whole["kept"], whole["broken"]) == (3, 3, 0)
    assert (whole["wait_p50"], whole["wait_p90"], whole["kept_percent"]) == (70, 130, 100)
    assert [(row["name"], row["cases"]) for row in told["by_hour"]] == [("09", 3)]
    assert (told["queue"]["most"], told["queue"]["left"]) == (3, 0)
    # Two wait for an hour, one for another: three hours of the day's twenty-four.
    assert told["queue"]["mean"] == round(3 / 24, 2)
    (day,) = told["staff"]
    assert (day["cases"], day["hours_worked"], day["hours_on_shift"]) == (3, 3, 10)
    assert day["load_percent"] == 30 and told["alarms"] == []


@pytest.mark.requirement("S0-41")
def test_a_weekend_breaks_a_promise_that_counts_it(play: Any) -> None:
    """GOLD owes two hours around the clock: Friday 17:00 means 19:00, and nobody is there.

    The second case waits for the first to end, on Monday at 10:10; its answer takes ten minutes.
    """
    long = 'work = "3 h"'
    told = play(TIMES, ONE_BY_DAY, *[arrival("2026-03-06T17:00:00", more=long)] * 2)
    assert (told["all"]["kept"], told["all"]["broken"]) == (1, 1)
    (late,) = told["worst"]
    assert late["due"] == "2026-03-06T19:00:00-05:00"
    assert late["answered_at"] == "2026-03-09T10:20:00-05:00"
    assert late["late_minutes"] == (5 + 48 + 10) * 60 + 20
    assert {"kind": "breach", "level": 2, "times": 1} in told["alarms"]


@pytest.mark.requirement("S0-36")
def test_the_same_weekend_costs_bronze_nothing(play: Any) -> None:
    """Nine business hours: an hour on Friday, the rest on Monday until 16:00."""
    long = 'work = "3 h"'
    arrivals = [arrival("2026-03-06T17:00:00", "bronce", more=long)] * 2
    told = play(TIMES, ONE_BY_DAY, *arrivals)
    assert (told["all"]["kept"], told["all"]["broken"]) == (2, 0)
    assert told["all"]["counted_p90"] == 60 + 140
    early = ONE_BY_DAY.replace("08:00-18:00", "16:00-18:00")
    told = play(TIMES, early, *arrivals)
    (late,) = told["worst"]
    assert late["due"] == "2026-03-09T16:00:00-05:00"


def test_asking_the_client_pauses_the_clock(play: Any) -> None:
    """Asked at 8:30, answered at 12:30 by the client and at 13:00 by the desk (D10, D19)."""
    head = '[client]\nanswers_in = "4 h"\n'
    one = arrival("2026-03-02T08:00:00", "silver", more='asks = true\nanswer = "30 min"')
    told = play(head, TIMES, ONE_BY_DAY, one)
    whole = told["all"]
    assert (whole["kept"], whole["wait_p50"], whole["counted_p50"]) == (1, 60, 60)
    # Without the pause five hours would have ended at 13:00. A slower client costs nothing.
    slow = '[client]\nanswers_in = "8 h"\n'
    told = play(slow, TIMES, ONE_BY_DAY, one)
    assert told["all"]["kept"] == 1 and told["all"]["wait_p50"] == 60


def test_an_alarm_of_the_policy_brings_the_next_level(play: Any) -> None:
    """Only level 2 works: it is told when the promise is missed, at noon, and answers then."""
    second = ONE_BY_DAY.replace('name = "day"', 'name = "second"\nlevels = [2]')
    told = play(TIMES, second, arrival("2026-03-02T10:00:00"))
    (late,) = told["worst"]
    assert late["answered_at"] == "2026-03-02T12:10:00-05:00" and late["late_minutes"] == 10
    # At 11:42, with 15 % of two hours to go, level 1 was warned: nobody works there.
    assert told["alarms"][0] == {"kind": "warn", "level": 1, "times": 1}


def test_what_is_escalated_is_worked_on_again(play: Any) -> None:
    both = ONE_BY_DAY + ONE_BY_DAY.replace('"day"', '"second"').replace(
        "shift", "levels=[2]\nshift"
    )
    told = play(TIMES, both, arrival("2026-03-02T10:00:00", more="escalates = true"))
    assert [(row["cases"], row["hours_worked"]) for row in told["staff"]] == [(1, 1), (1, 0.8)]


def test_skills_and_the_order_of_attention(play: Any) -> None:
    """A case that nobody can take is never answered; a trial of another order takes the first."""
    only = ONE_BY_DAY + 'skills = ["ris"]\n'
    told = play(TIMES, only, arrival("2026-03-02T10:00:00", more='category = "pacs"'))
    assert (told["all"]["never_answered"], told["all"]["broken"]) == (1, 1)
    assert told["queue"]["left"] == 1 and told["worst"][0]["answered_at"] is None
    rush = [
        arrival("2026-03-02T08:00:00", "silver", "baja"),
        arrival("2026-03-02T08:10:00", "silver", "baja"),
        arrival("2026-03-02T08:20:00", "silver", "alta"),
    ]
    waits = {
        order: {
            row["name"]: row["wait_p90"]
            for row in play(TIMES, ONE_BY_DAY, *rush, head=f'order = "{order}"')["by_priority"]
        }
        for order in ("policy", "arrival")
    }
    assert waits["policy"] == {"ALTA": 50, "BAJA": 120}
    assert waits["arrival"] == {"ALTA": 110, "BAJA": 60}


def test_no_answer_is_begun_that_the_end_of_the_shift_would_cut(play: Any) -> None:
    """At 17:55 ten minutes do not fit: Monday's first ten minutes, no day in between counted."""
    told = play(TIMES, ONE_BY_DAY, arrival("2026-03-06T17:55:00", "bronce"))
    assert told["all"]["counted_p50"] == 5 + 10
    assert told["all"]["wait_p50"] == 5 + (6 + 48 + 8) * 60 + 10


@pytest.mark.requirement("S2-08")
def test_a_policy_without_figures_keeps_and_breaks_nothing(play: Any) -> None:
    one = arrival("2026-03-02T10:00:00", "general", "moderado")
    told = play(TIMES, ONE_BY_DAY, one, policy="generic")
    whole = told["all"]
    assert (whole["promised"], whole["kept"], whole["broken"]) == (0, 0, 0)
    assert whole["kept_percent"] is None and whole["wait_p50"] == 10


def test_every_fault_of_a_scenario_is_told_at_once(radica: Radica, home: Path) -> None:
    (home / "people.csv").write_text("name;levels;shift\nday;1;mon-fri 08:00-18:00\n;9;mon 8-9\n")
    (home / "cases.csv").write_text(
        "at,plan,country,priority,asks\n"
        "2026-03-02T09:00,bronce,CO,alta,no\n"
        "yesterday,bronce,BR,altta,maybe\n"
        ",silver,CO,alta,\n"
    )
    result = radica("simulate", "--scenario", "cases.csv", "--staff", "people.csv")
    assert result.exit_code == 2
    told = result.stderr
    for line in (
        "people.csv line 3: name: is missing",
        "people.csv line 3: shift: 'mon 8-9' is not a window",
        "people.csv line 3: levels: the policy has no level 9; it has 1, 2, 3, 4, 5",
        "cases.csv line 3: at: ",
        "cases.csv line 3: country: no such country: 'BR'",
        "cases.csv line 3: priority: no such priority: 'altta'; did you mean 'alta'?",
        "cases.csv line 3: asks: ",
        "cases.csv line 4: at: is missing",
    ):
        assert line in told, line


def test_rows_may_stand_in_files_beside_the_scenario(radica: Radica, home: Path) -> None:
    """A spreadsheet's semicolons and commas; a case with an offset is taken at its word."""
    (home / "rows").mkdir()
    (home / "rows" / "it.toml").write_text(
        'policy = "imexhs"\narrivals_file = "cases.csv"\nstaff_file = "people.csv"\n' + TIMES
    )
    (home / "rows" / "people.csv").write_text(
        'name,count,levels,shift\nday,1,1;2,"mon-fri 08:00-12:00;mon-fri 13:00-18:00"\n'
    )
    (home / "rows" / "cases.csv").write_text(
        "at;plan;country;impact;urgency;work\n"
        "2026-03-02T11:30;silver;MX;high;high;1 h\n"
        "2026-03-02T12:31-05:00;silver;CO;low;low;1 h\n"
    )
    result = radica("simulate", "--scenario", "rows/it.toml", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    # 11:30 in Mexico is 12:30 in Bogotá: lunch. Answered at 13:10; done at 14:10; then the other.
    assert {row["name"]: row["wait_p90"] for row in told["by_priority"]} == {
        "ALTA": 40,
        "BAJA": 109,
    }


def test_names_of_a_scenario_are_looked_up_in_the_policy(radica: Radica, home: Path) -> None:
    (home / "bad.toml").write_text(
        'titel = "x"\n[handling]\nanswer = "1 m"\nwork = "1 h"\nescalates = 0.2\n'
        '[handling.priorities.altta]\nanswer = "1 h"\nwork = "1 h"\n'
        + ONE_BY_DAY
        + 'zone = "America/Bogotta"\nholidays = "COL"\nskills = ["pacz"]\n'
        + '[[demand]]\nplan = "bronse"\nper_day = 3\nopen = ["mon 08:00-18:00"]\n'
        + arrival("2026-03-02T10:00:00", priority="altta", more='tipology = "x"\nhybrid = true')
    )
    result = radica("simulate", "--policy", "sgm", "--scenario", "bad.toml")
    assert result.exit_code == 2
    for words in (
        "titel: no such field; did you mean 'title'?",
        "staff[0]: zone: 'America/Bogotta' is not known; did you mean 'America/Bogota'?",
        "staff[0]: holidays: 'COL' is not known; did you mean",
        "staff[0]: skills: no such category",
        "demand[0]: state either priorities or typologies",
        "arrivals[0]: tipology: no such field; did you mean 'typology'?",
        "arrivals[0]: plan: no such plan: 'gold'",
        "arrivals[0]: priority: no such priority: 'altta'; did you mean 'alta'?",
        "arrivals[0]: hybrid: the policy has no such add-on",
        "handling.priorities: no such priority: 'altta'; did you mean 'alta'?",
        "start: is missing",
    ):
        assert words in result.stderr, words
    (home / "none.toml").write_text(TIMES)
    none = radica("simulate", "--scenario", "none.toml").stderr
    assert "staff: nobody works" in none and "arrivals: no case ever comes" in none
    assert "did you mean 'imexhs'?" in radica("simulate", "--scenario", "imxhs").stderr


# Impact high, medium, low; in each, urgency high, medium, low: the sources, read by hand.
MATRICES = {
    "imexhs": ("silver", "ALTA MEDIA MEDIA", "MEDIA MEDIA BAJA", "MEDIA BAJA BAJA"),
    "sgm": ("sgm", "Crítica Alta Alta", "Alta Media Baja", "Media Media Baja"),
}
MATRIX_OF = [
    pytest.param("imexhs", marks=pytest.mark.requirement("S0-70", "S0-71", "S0-72", "D1")),
    pytest.param(
        "sgm",
        marks=pytest.mark.requirement("S1-52", "S1-53", "S1-54", "S1-55", "S1-56", "S1-57"),
    ),
]


def judged(play: Any, name: str, **answers: str) -> str:
    """The priority, by its label, of one case with these answers."""
    stated = "\n".join(f'{field} = "{value}"' for field, value in answers.items())
    case = f'at = 2026-03-02T10:00:00\nplan = "{MATRICES[name][0]}"\ncountry = "CO"\n{stated}\n'
    told = play(TIMES, ONE_BY_DAY, f"[[arrivals]]\n{case}", policy=name)
    (row,) = told["by_priority"]
    return str(row["name"])


@pytest.mark.parametrize("name", MATRIX_OF)
def test_impact_and_urgency_meet_as_the_policy_says(play: Any, name: str) -> None:
    """Nine cases that the catalogue does not name, one for each cell; what is unknown is medium."""
    grades = ("high", "medium", "low")
    found = [
        " ".join(judged(play, name, impact=impact, urgency=urgency) for urgency in grades)
        for impact in grades
    ]
    assert found == list(MATRICES[name][1:])
    middle = MATRICES[name][2].split()
    assert judged(play, name, impact="medium") == middle[1]
    assert [judged(play, name, urgency=grade) for grade in ("high", "medium")] == middle[:2]


@pytest.mark.requirement("D1", "D13", "S0-70")
def test_answers_raise_the_catalogues_priority_only_where_all_are_stopped(play: Any) -> None:
    """A viewer that does not open is MEDIA, never BAJA; ALTA only with everybody stopped."""
    ask = {"typology": "portal-no-abre-visor"}
    found = [
        judged(play, "imexhs", **ask, impact=impact, urgency=urgency)
        for impact, urgency in (("low", "low"), ("high", "medium"), ("medium", "high"))
    ]
    assert found == ["MEDIA"] * 3
    assert judged(play, "imexhs", **ask, impact="high", urgency="high") == "ALTA"


@pytest.mark.parametrize("name", pack.names())
def test_every_policy_has_an_example_that_plays(radica: Radica, name: str) -> None:
    result = radica("simulate", "--policy", name)
    assert result.exit_code == 0, result.output
    assert name in result.stdout and "HOUR OF ARRIVAL" in result.stdout
    again = radica("simulate", "--policy", str(pack.find(name)))
    assert again.stdout == result.stdout


def test_cases_by_the_thousand_are_each_counted_once(play: Any) -> None:
    head = "start = 2026-03-02\ndays = 28\n[client]\nasks = 0.2\n"
    crowd = ONE_BY_DAY + "count = 14\n"
    mix = "{ alta = 1, media = 2, baja = 3 }"
    demand = f'[[demand]]\nplan = "silver"\ncountry = "CO"\nper_day = 90\npriorities = {mix}\n'
    told = play(TIMES, crowd, demand + 'open = ["mon-sun 00:00-24:00"]\n', head=head)
    assert told["all"]["cases"] > 2_300
    for rows in ("by_hour", "by_priority"):
        assert sum(row["cases"] for row in told[rows]) == told["all"]["cases"], rows
