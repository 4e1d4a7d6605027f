"""What the person who acted sees at once: a toast, a form, its faults, or the answer given."""

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.inbound import Done, Faults, Inbound, Receipt, ShowForm, Toast
from handlers.letters import forms
from handlers.letters.letter import FormView
from handlers.wording import Words
from handlers.wording.readers import words_for
from store.turn import Turn


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A receipt in words. `chosen` is drawn over the buttons: None leaves them as they are."""

    toast: str | None = None
    form: FormView | None = None
    faults: Mapping[str, str] | None = None
    chosen: str | None = None


def show(receipt: Receipt, inbound: Inbound, turn: Turn) -> Shown:
    """The receipt in the language of whoever acted. `turn` only reads."""
    address = inbound.address
    person = turn.people.find(address.channel, address.account, address.user)
    return draw(receipt, turn, words_for(turn, person))


def draw(receipt: Receipt, turn: Turn, words: Words) -> Shown:
    """The receipt in these words."""
    match receipt:
        case Toast():
            return Shown(toast=words.line(receipt.key, **receipt.facts), chosen=receipt.chosen)
        case ShowForm():
            return Shown(form=forms.draw(receipt, turn, words))
        case Faults():
            told = {name: words.line(key) for name, key in receipt.faults.items()}
            return Shown(faults=told)
        case Done():
            return Shown(chosen=receipt.chosen)
