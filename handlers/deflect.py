"""An article instead of a case: offered once a conversation, never argued about (S0-03, S0-58)."""

from collections.abc import Callable
from typing import Any

from handlers import contract, guide_record, lessons, misuse, safety_case
from handlers.conversation import intake, open_ticket_form, pauses
from handlers.conversation.open_ticket_form import GUIDED
from handlers.visit import Visit, talk_button
from kb.options import pick
from kb.reading import Reading
from policy import entitlement
from store.values import Button

OF_GUIDE = ("typology", "category", GUIDED)  # what a person denies with *No era eso*


def offer(visit: Visit, reading: Reading) -> bool:
    """Answer with the article that the matcher found. False when there is none to offer."""
    decision = reading.decision
    if misuse.again(visit, reading):
        return True
    if decision.verdict == "none" or not decision.article:
        return False
    offered = list(visit.here.memory.get("offered", ()))
    if decision.article in offered:
        return False
    _keep_story(visit, reading)
    visit.remember(
        offered=[*offered, decision.article],
        article=decision.article,
        article_typology=decision.typology,
        **{misuse.AGAIN: None},
    )
    facts = {"article": decision.article, "title": decision.article}
    if decision.verdict == "offer":
        visit.say("article.offer", facts, _maybe(), kind="article_offer")
    else:
        visit.above("article.intro")
        visit.say("article.body", facts, answers(), kind="article")
    guide_record.offered(visit, reading, decision.verdict)
    return True


def heard(visit: Visit, reading: Reading) -> bool:
    """An answer in words to the guide that was shown last (U14); False for anything else.

    Before the guide has left nothing is an answer to it: it comes, and asks by itself.
    """
    if not visit.here.memory.get("article") or visit.here.form is not None:
        return False
    known = [(verb, [visit.words.line(label)]) for verb, label in ANSWERS.items()]
    verb = pick(reading.text, known)
    if verb is None and reading.only in ("yes", "thanks", "no"):
        verb = "not_it" if reading.only == "no" else "helped"
    if verb is None:
        return False
    if visit.asked:
        DEEDS[verb](visit)
    return True


def story(visit: Visit) -> dict[str, Any]:
    """What was told before a guide that something else was written to: it goes along."""
    if not visit.here.memory.get("article") or visit.here.memory.get(safety_case.CASE):
        return {}
    guide_record.answered(visit, "words")
    known = dict(visit.here.memory.get("story") or {})
    return {name: value for name, value in known.items() if name not in OF_GUIDE}


def show(visit: Visit, article: str) -> None:
    """The article itself, from an offer or from /guias."""
    told = misuse.answers() if misuse.is_about(visit, article) else answers()
    if visit.here.memory.get("article") != article:
        visit.remember(article_typology=None)  # another guide says nothing of what was told
    visit.remember(article=article)
    visit.say("article.body", {"article": article}, told, kind="article")


def helped(visit: Visit) -> None:
    """*Me sirvió*: no case; the first time, fair warning that the guide comes next time too."""
    if not visit.here.memory.get("article"):
        _old(visit)
        return
    ticket = safety_case.case_of(visit)
    if ticket is not None:
        _count(visit, kept=True, **_asked(visit))
        safety_case.answered(visit, ticket, "helped")
        return
    article = str(visit.here.memory.get("article") or "")
    typology = visit.here.memory.get("article_typology")
    known = visit.turn.book.typology(str(typology)) if typology else None
    rule = visit.turn.book.misuse
    facts = {"clause": rule.clause if rule else known.clause if known else ""}
    remembered = entitlement.remembers(visit.turn.book, str(typology) if typology else None)
    guide_record.answered(visit, "helped")
    pauses.end(visit)
    if known is not None and remembered:
        visit.turn.strikes.add(visit.person.id, known.id, article)
    guides = [talk_button("guides", "label.guides")]
    visit.say("article.helped" if remembered else "article.helped_plain", facts, guides, stays=True)
    _count(visit, kept=True, article=article, typology=typology)
    visit.turn.tell("story.deflected", {"name": visit.person.first_name, "clause": facts["clause"]})


def not_it(visit: Visit) -> None:
    """*No era eso*: straight on to the case, with everything that was said already filled in."""
    if not _unsolved(visit):
        return
    memory, ticket = visit.here.memory, safety_case.case_of(visit)
    if ticket is not None:
        safety_case.answered(visit, ticket, "not_it")
        return
    guide_record.answered(visit, "not_it")
    known = dict(memory.get("story") or {})
    lessons.rejected(visit, str(memory["article"]), known)
    for name in OF_GUIDE:
        known.pop(name, None)
    visit.above("article.not_it")
    intake.begin(visit, None, **known)


def register(visit: Visit) -> None:
    """*Registrar el caso* where a guide was only named: nobody denied what the words are about."""
    if not _unsolved(visit):
        return
    guide_record.answered(visit, "unread")
    known: dict[str, Any] = dict(visit.here.memory.get("story") or {})
    known.pop(GUIDED, None)
    intake.begin(visit, None, **known)


def something_else(visit: Visit) -> None:
    """*Es otra cosa*: the person says that it is not what was explained before, and is believed."""
    draft = visit.here.draft
    if draft.get("refused") == contract.MISUSE and visit.here.form is None:
        told = dict(draft.get("answers", {}))
        known = {k: v for k, v in told.items() if k not in OF_GUIDE}
        visit.turn.audit.add(None, "not_the_guide", {"person": visit.person.id})
        article = visit.turn.book.typology(str(told.get("typology"))).article
        if article:
            lessons.rejected(visit, article, told)
        visit.save(draft={})
        intake.begin(visit, None, **known)
        return
    not_it(visit)


def guides(visit: Visit, start: str = "", words: str = "") -> None:
    """/guias: the articles of this desk from one on, as a list drawn when it is sent.

    What was explained to this person stands first; with words, only the guides that hold them.
    """
    if words.strip():
        visit.say("article.found", {"words": words.strip()[:200]}, [], kind="guides")
        return
    facts: dict[str, object] = {"known": visit.turn.strikes.articles(visit.person.id)}
    if start.isdecimal():
        facts["start"] = int(start[:4])
    visit.say("article.list", facts, [], kind="guides")


def answers() -> list[Button]:
    """The three answers to an article."""
    return [
        talk_button("helped", "label.helped", style="primary"),
        talk_button("not_it", "label.not_it"),
        talk_button("person", "label.person"),
    ]


def _asked(visit: Visit) -> dict[str, Any]:
    memory = visit.here.memory
    return {"article": str(memory["article"]), "typology": memory.get("article_typology")}


def _unsolved(visit: Visit) -> bool:
    """The guide in front of them kept no case away, and counts as that; False where none is."""
    if visit.here.form is not None or not visit.here.memory.get("article"):
        _old(visit)
        return False
    _count(visit, kept=False, **_asked(visit))
    return True


def _old(visit: Visit) -> None:
    """A button of an article that was answered: today's question, once more."""
    if visit.here.form == open_ticket_form.NAME:
        intake.again(visit)
        return
    choices = [talk_button("new", "label.new_case"), talk_button("list", "label.my_cases")]
    visit.say("talk.nothing_pending", {"name": visit.person.first_name}, choices)


def _maybe() -> list[Button]:
    return [talk_button("guide", "label.see_guide"), talk_button("register", "label.register")]


def _keep_story(visit: Visit, reading: Reading) -> None:
    slots = intake.slots_of(visit, reading)
    visit.remember(story={**slots, "text": reading.stored})


def _count(visit: Visit, *, kept: bool, article: str, typology: str | None) -> None:
    """Whether the guide was the answer."""
    facts = {"article": article, "typology": typology}
    person = visit.person.id
    visit.turn.measures.add("deflected", None, kept=kept, person=person, facts=facts)
    visit.turn.audit.add(None, "deflected", {"person": person, "kept": kept, **facts})


ANSWERS = {"helped": "label.helped", "not_it": "label.not_it"}
DEEDS: dict[str, Callable[[Visit], None]] = {"helped": helped, "not_it": not_it}
