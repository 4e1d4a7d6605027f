"""An owner without Slack: what use proposes, accepted, dropped and taken back on a terminal."""

import asyncio
import json
from pathlib import Path
from typing import Any

from bot.cli.common import in_read, in_turn
from kb.library import BODY_LIMIT, Library
from policy.pack import PACKS, load
from scheduler.clock import VirtualClock
from store.database import Database
from store.turn import Turn
from tests.cli.conftest import Radica
from tests.journeys.test_learning import ODD, TYPOLOGY, filed, solved
from tests.journeys.world import TUESDAY, World


def proposed(turn: Turn) -> None:
    turn.people.add_person("Lucía Mora", roles=frozenset({"supervisor"}))
    for phrase in (ODD, "la rúbrica sale de lado"):
        topic = "article:cargar-firma"
        turn.lessons.propose(topic, phrase, "unmatched", pack="imexhs", by=None, ticket=None)


def rows(radica: Radica, *words: str) -> Any:
    """What a command of `radica kb` prints as JSON."""
    done = radica("kb", *words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_phrase_is_accepted_and_taken_back(radica: Radica) -> None:
    """With who decided; each of both is a new version of the phrases."""
    in_turn(proposed)
    assert [row["phrase"] for row in rows(radica, "pending")][0] == ODD
    assert ODD in radica("kb", "pending").stdout
    done = rows(radica, "accept", "1", "--by", "Lucía Mora")
    assert (done["state"], done["decided_by"], done["version"]) == ("accepted", "Lucía Mora", 1)
    (held,) = rows(radica, "accepted")
    assert held["id"] == 1 and held["decided_at"]
    assert rows(radica, "withdraw", "1")["version"] == 2
    assert rows(radica, "accepted") == []
    assert in_read(lambda turn: (turn.lessons.version(), turn.lessons.holding("imexhs"))) == (2, {})


def test_a_phrase_goes_to_another_topic_or_nowhere(radica: Radica) -> None:
    in_turn(proposed)
    other = rows(radica, "accept", "1", "--topic", "article:usar-el-ris")
    assert other["topic"] == "article:usar-el-ris"
    assert rows(radica, "reject", "2")["state"] == "rejected"
    assert rows(radica, "pending") == []
    for words, told in (
        (("accept", "2"), "it cannot be accepted"),
        (("withdraw", "2"), "it cannot be withdrawn"),
        (("reject", "9"), "no phrase 9"),
        (("accept", "1", "--topic", "article:nada"), "no topic"),
        (("accept", "1", "--by", "Nadie"), "0 supervisors"),
    ):
        refused = radica("kb", *words)
        assert refused.exit_code != 0 and told in refused.stderr, refused.output


async def test_a_draft_is_printed_as_the_file_that_goes_on_the_shelf(
    radica: Radica, home: Path
) -> None:
    """With front matter, the client's phrase and those that use has brought for its topic."""
    database = Database.open(f"sqlite:///{home / 'desk.sqlite3'}", clock=lambda: TUESDAY, fast=True)
    world = World(database, VirtualClock(TUESDAY))
    await filed(world)
    camila = await solved(world)
    form = await camila.steps("draft", 1042)
    told = {"name": "Enderezar la rúbrica", "happens": "Sale torcida.", "steps": "Abra\n2. Guarde"}
    await camila.fills(form, topic=TYPOLOGY, **told)
    await world.desk.run(proposed)
    database.close()

    (row,) = await asyncio.to_thread(rows, radica, "drafts")
    assert (row["title"], row["ticket"], row["written_by"]) == (told["name"], 1042, "Camila Duarte")
    listed = await asyncio.to_thread(radica, "kb", "drafts")
    assert told["name"] in listed.stdout
    printed = await asyncio.to_thread(radica, "kb", "draft", "1")
    assert "enderezar-la-rubrica.es.md" in printed.stderr
    gone = await asyncio.to_thread(radica, "kb", "draft", "7")
    assert gone.exit_code == 1

    (home / "articles").mkdir()
    (home / "articles" / "enderezar-la-rubrica.es.md").write_text(printed.stdout, encoding="utf-8")
    (home / "mine.toml").write_text((PACKS / "imexhs.toml").read_text("utf-8"), encoding="utf-8")
    mine = load(str(home / "mine.toml"))
    guide = Library.load(mine).article("enderezar-la-rubrica")
    assert guide is not None and Library.load(mine).article("cargar-firma") is not None
    assert (guide.typology, guide.policy, guide.steps) == (TYPOLOGY, "imexhs", 2)
    assert guide.phrases == (ODD, "la rúbrica sale de lado") and len(guide.text) < BODY_LIMIT
    assert guide.clause == load("imexhs").typology(TYPOLOGY).clause
