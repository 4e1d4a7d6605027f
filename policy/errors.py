"""What a turn may raise on purpose. Codes and facts only: the words live in the catalogues."""

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """Expected: the person is told, with the clause and what can be done instead.

    `code` is a catalogue key under `refusal.`; `facts` fill its placeholders;
    `instead` are the codes of the ways out that the text offers (never empty for a client).
    """

    def __init__(
        self,
        code: str,
        *,
        clause: str | None = None,
        instead: tuple[str, ...] = (),
        **facts: Any,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.clause = clause
        self.instead = instead
        self.facts: Mapping[str, Any] = facts


class Outage(Exception):
    """Something that the desk needs is away for now: retry later, acknowledge nothing."""
