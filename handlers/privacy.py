"""/privacidad: what is kept and why, a look at it, and the request to erase (Ley 1581)."""

from handlers import notices
from handlers.visit import Visit, talk_button


def show(visit: Visit) -> None:
    """The notice in force, and when this person read or accepted it."""
    consent = visit.turn.consents.latest(visit.person.id)
    facts = {
        "desk": visit.turn.book.desk.name,
        "version": consent.version if consent else None,
        "at": consent.at if consent else None,
    }
    choices = [
        talk_button("my_data", "label.see_my_data"),
        talk_button("erase", "label.erase_me"),
        talk_button("all_good", "label.all_good"),
    ]
    visit.say("privacy.text", facts, choices)


def data(visit: Visit) -> None:
    """What is held about the person who asks, and about nobody else."""
    turn = visit.turn
    bound = turn.people.bound(visit.person.id)
    facts = {
        "person": visit.person.name,
        "organisation": visit.organisation.name if visit.person.organisation else "",
        "contact": ", ".join(sorted({b.channel for b in bound})),
        "count": len(turn.tickets.of_requester(visit.person.id, open_only=False)),
    }
    choices = [
        talk_button("erase", "label.erase_me"),
        talk_button("all_good", "label.all_good"),
    ]
    visit.say("privacy.data", facts, choices)


def ask_erase(visit: Visit) -> None:
    """A second press, unless cases are open: those come first."""
    cases = len(visit.turn.tickets.of_requester(visit.person.id))
    if cases:
        choices = [talk_button("list", "label.my_cases"), talk_button("all_good", "label.all_good")]
        visit.say("privacy.erase_open", {"count": cases}, choices)
        return
    choices = [
        talk_button("erase_yes", "label.erase_yes", style="danger"),
        talk_button("all_good", "label.all_good"),
    ]
    visit.say("privacy.erase_ask", {}, choices)


def erase(visit: Visit) -> None:
    """The request is taken, recorded with its date, and handed to the people who carry it out."""
    if visit.turn.tickets.of_requester(visit.person.id):
        ask_erase(visit)
        return
    visit.turn.audit.add(None, "erase_requested", {"person": visit.person.id})
    facts = {"client": visit.person.name, "person": visit.person.id}
    notices.to_role(visit.turn, "supervisor", "staff.erase_requested", facts)
    visit.say("privacy.erase_requested", stays=True)


def all_good(visit: Visit) -> None:
    """Nothing to change."""
    visit.say("talk.bye", {"name": visit.person.first_name})
