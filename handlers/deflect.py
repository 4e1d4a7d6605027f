"""An article instead of a case: offered once a conversation, never argued about (S0-03, S0-58)."""

from handlers import contract, misuse
from handlers.conversation import intake, open_ticket_form, pauses
from handlers.conversation.open_ticket_form import GUIDED
from handlers.visit import Visit, talk_button
from kb.decision import Decision
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
    _note(visit, decision, "shown" if decision.verdict == "deflect" else "offered")
    return True


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
    article = str(visit.here.memory.get("article") or "")
    typology = visit.here.memory.get("article_typology")
    known = visit.turn.book.typology(str(typology)) if typology else None
    rule = visit.turn.book.misuse
    facts = {"clause": rule.clause if rule else known.clause if known else ""}
    remembered = entitlement.remembers(visit.turn.book, str(typology) if typology else None)
    pauses.end(visit)
    if known is not None and remembered:
        visit.turn.strikes.add(visit.person.id, known.id, article)
    guides = [talk_button("guides", "label.guides")]
    visit.say("article.helped" if remembered else "article.helped_plain", facts, guides)
    _count(visit, kept=True, article=article, typology=typology)
    visit.turn.tell("story.deflected", {"name": visit.person.first_name, "clause": facts["clause"]})


def not_it(visit: Visit) -> None:
    """*No era eso*: straight on to the case, with everything that was said already filled in."""
    memory = visit.here.memory
    if visit.here.form is not None or not memory.get("article"):
        _old(visit)
        return
    article, typology = str(memory["article"]), memory.get("article_typology")
    _count(visit, kept=False, article=article, typology=typology)
    known = dict(memory.get("story") or {})
    for name in OF_GUIDE:
        known.pop(name, None)
    visit.above("article.not_it")
    intake.begin(visit, None, **known)


def something_else(visit: Visit) -> None:
    """*Es otra cosa*: the person says that it is not what was explained before, and is believed."""
    draft = visit.here.draft
    if draft.get("refused") == contract.MISUSE and visit.here.form is None:
        known = {k: v for k, v in dict(draft.get("answers", {})).items() if k not in OF_GUIDE}
        visit.turn.audit.add(None, "not_the_guide", {"person": visit.person.id})
        visit.save(draft={})
        intake.begin(visit, None, **known)
        return
    not_it(visit)


def guides(visit: Visit) -> None:
    """/guias: the articles of this desk, as a list drawn when it is sent."""
    visit.say("article.list", {}, [], kind="guides")


def answers() -> list[Button]:
    """The three answers to an article."""
    return [
        talk_button("helped", "label.helped", style="primary"),
        talk_button("not_it", "label.not_it"),
        talk_button("person", "label.person"),
    ]


def _old(visit: Visit) -> None:
    """A button of an article that was answered: today's question, once more."""
    if visit.here.form == open_ticket_form.NAME:
        intake.again(visit)
        return
    choices = [talk_button("new", "label.new_case"), talk_button("list", "label.my_cases")]
    visit.say("talk.nothing_pending", {"name": visit.person.first_name}, choices)


def _maybe() -> list[Button]:
    return [talk_button("guide", "label.see_guide"), talk_button("not_it", "label.register")]


def _keep_story(visit: Visit, reading: Reading) -> None:
    slots = intake.slots_of(visit, reading)
    visit.remember(story={**slots, "text": reading.stored})


def _count(visit: Visit, *, kept: bool, article: str, typology: str | None) -> None:
    """Whether the guide was the answer."""
    facts = {"article": article, "typology": typology}
    person = visit.person.id
    visit.turn.measures.add("deflected", None, kept=kept, person=person, facts=facts)
    visit.turn.audit.add(None, "deflected", {"person": person, "kept": kept, **facts})


def _note(visit: Visit, decision: Decision, what: str) -> None:
    facts = {
        "name": visit.person.first_name,
        "article": decision.article,
        "because": "; ".join(decision.because),
    }
    visit.turn.tell(f"story.article_{what}", facts)
    visit.turn.audit.add(
        None, f"article_{what}", {"person": visit.person.id, "article": decision.article}
    )
