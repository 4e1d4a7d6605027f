"""What a person asks of their own cases in a word: is there news, it got worse, never mind."""

from handlers import mine, notices, priority_change
from handlers.visit import Visit
from policy.errors import Refusal
from policy.ticket import Ticket


def news(visit: Visit) -> None:
    """ "¿Alguna novedad?": answered at once from the ticket; the thread gets a quiet note."""
    tickets = mine.open_cases(visit)
    focused = mine.focused(visit)
    if focused is not None or len(tickets) == 1:
        ticket = focused or tickets[0]
        mine.show(visit, ticket)
        name = visit.person.first_name
        notices.to_thread(visit.turn, ticket, "thread.asked_news", {"client": name})
    else:
        mine.show_list(visit)


def withdraw(visit: Visit) -> None:
    """*Ya no lo necesito* in words: of the one case that it can be about."""
    tickets = _meant_cases(visit)
    if len(tickets) == 1:
        ask_withdraw(visit, tickets[0].number)
    else:
        mine.show_list(visit)


def ask_withdraw(visit: Visit, number: int) -> None:
    """*Ya no lo necesito*: a second press that repeats the object (U24)."""
    ticket = visit.turn.tickets.lock(number)
    if ticket is None:
        raise Refusal("not_found", number=number)
    choices = [
        notices.step_button("withdraw_yes", ticket, "label.withdraw_yes"),
        notices.step_button("keep_open", ticket, "label.keep_open"),
    ]
    facts = {"number": number, "subject": ticket.subject}
    visit.say("ticket.withdraw_ask", facts, choices, ticket=number)


def worse(visit: Visit) -> None:
    """*Empeoró*: asked how far it reaches now, where there is one case it can be about."""
    tickets = _meant_cases(visit)
    if len(tickets) == 1:
        priority_change.ask_worse(visit.turn, tickets[0])
    else:
        mine.show_list(visit)


def _meant_cases(visit: Visit) -> list[Ticket]:
    focused = mine.focused(visit)
    return [focused] if focused else mine.open_cases(visit)
