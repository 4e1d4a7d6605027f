"""Step 8 of the router: nothing is running; so article, case, notice or small talk?"""

from datetime import timedelta
from typing import Any

from handlers import deflect, duplicates, follow_up, safety_case
from handlers.conversation import intake, open_ticket_form, pauses
from handlers.inbound import Said
from handlers.relay import keep_files
from handlers.visit import Visit, talk_button
from kb.reading import Reading

NOT_TEXT = {"voice": "nontext.voice", "location": "nontext.location", "contact": "nontext.contact"}
# What a notice offers instead (S2-10): its way in the pack, the move, the button.
OUTSIDE = {
    "quote": "quote",
    "commercial": "commercial",
    "account_manager": "account_manager",
    "guides": "guides",
    "new": "person",
    "person": "person",
}
OUTSIDE_LABELS = {
    "quote": "label.quote",
    "commercial": "label.commercial",
    "account_manager": "label.account_manager",
    "guides": "label.guides",
    "person": "label.open_anyway",
}
STILL = timedelta(hours=24)  # for so long a plain no is about what a check seemed to solve
SMALL_TALK = ("greeting", "thanks", "yes", "no", "not_yet", "robot")


def triage(visit: Visit, said: Said, reading: Reading) -> None:
    """Say the one thing that helps most."""
    if not reading.text.strip() and said.files:
        _only_files(visit, said)
        return
    keep_story_files(visit, said)
    words(visit, reading)


def words(visit: Visit, reading: Reading) -> None:
    """Small talk, a guide, a notice, or the first question of a case."""
    if reading.emoji_only or not reading.text.strip():
        return
    if reading.only in ("no", "not_yet") and intake.still_fails(visit, STILL):
        return
    if safety_case.concerns(visit, reading):
        safety_case.take(visit, reading)
        return
    if deflect.heard(visit, reading) or duplicates.heard(visit, reading):
        return
    if reading.only in SMALL_TALK:
        _small_talk(visit, reading.only or "")
        return
    if not _urgent(reading) and _handled_softly(visit, reading):
        return
    told = {**deflect.story(visit), **duplicates.story(visit)}
    if not duplicates.ask(visit, _all(visit, told, reading)):
        intake.begin(visit, reading, **told)


def _all(visit: Visit, told: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """What was told before, and what these words say."""
    said = "\n".join(filter(None, (str(told.get("text") or ""), reading.stored)))
    return {**told, **intake.slots_of(visit, reading), "text": said}


def keep_story_files(visit: Visit, said: Said) -> None:
    """Files that came with words go along with the case, when there is one."""
    kept = keep_files(visit.turn, None, said)
    if kept:
        files = [*visit.here.memory.get("files", ()), *kept]
        visit.remember(files=files)


def _handled_softly(visit: Visit, reading: Reading) -> bool:
    closed = follow_up.is_about(visit, reading)
    if closed is not None:
        follow_up.ask(visit, closed, reading)
        return True
    if reading.decision.label == "out_of_scope" and reading.decision.notice:
        _out_of_scope(visit, reading)
        return True
    return deflect.offer(visit, reading)


def _urgent(reading: Reading) -> bool:
    """Evidence of a general stop skips article, duplicate and ceremony (U16)."""
    return reading.stopped


def same_album(visit: Visit, said: Said) -> bool:
    """Ten photos of one album are one thing to answer (1.27)."""
    if said.album is None:
        return False
    known = visit.here.memory.get("album") == said.album
    visit.remember(album=said.album)
    return known


def _small_talk(visit: Visit, intent: str) -> None:
    name = {"name": visit.person.first_name}
    menu = [talk_button("new", "label.new_case"), talk_button("list", "label.my_cases")]
    match intent:
        case "greeting":
            hello(visit)
        case "thanks":
            visit.say("talk.thanks", name)
        case "robot":
            person = talk_button("person", "label.person")
            visit.say("talk.robot", name, [person, talk_button("new", "label.new_case")])
        case _:
            visit.say("talk.nothing_pending", name, menu)


def hello(visit: Visit) -> None:
    """A draft offered back; else what to write, and the open cases if there are any."""
    if not pauses.offer(visit):
        name = visit.person.first_name
        visit.say("first.welcome", {"name": name, "cases": _open_cases(visit)})


def _open_cases(visit: Visit) -> str:
    tickets = visit.turn.tickets.of_requester(visit.person.id)
    return ", ".join(f"{t.number} · {t.subject}" for t in tickets[:3])


def _out_of_scope(visit: Visit, reading: Reading) -> None:
    notice = visit.turn.book.notice(str(reading.decision.notice))
    slots = intake.slots_of(visit, reading)
    visit.remember(story={**slots, "text": reading.stored})
    facts = {"notice": notice.says[visit.words.language], "clause": notice.clause}
    verbs = dict.fromkeys(OUTSIDE.get(way, "") for way in notice.instead)
    choices = [talk_button(verb, OUTSIDE_LABELS[verb]) for verb in verbs if verb]
    visit.say(notice.text, facts, [*choices, talk_button("exit", "label.exit")])
    told = {"code": f"scope.{notice.reason}", "person": visit.person.id}
    visit.turn.audit.add(None, "refused", told)
    visit.turn.tell(
        "story.out_of_scope", {"name": visit.person.first_name, "clause": notice.clause}
    )


def _only_files(visit: Visit, said: Said) -> None:
    """A photo, a voice note, a sticker: kept, and asked for one sentence (1.27)."""
    kinds = {file.kind for file in said.files}
    if kinds == {"sticker"}:
        return
    keep_story_files(visit, said)
    if same_album(visit, said):
        return
    first = said.files[0]
    key = NOT_TEXT.get(first.kind, "nontext.photo" if first.kind == "photo" else "nontext.file")
    facts: dict[str, Any] = {"length": first.seconds or 0}
    if len(said.files) > 1:
        key, facts = "nontext.album", {"count": len(said.files)}
    if key in ("nontext.location", "nontext.contact"):
        visit.say(key, facts)
        return
    visit.save(form=open_ticket_form.NAME, asked="detail", answers={})
    pauses.arm(visit)
    choices = [talk_button("exit", "label.exit"), talk_button("person", "label.person")]
    visit.say(key, facts, choices)
