"""Reads a message once, before its turn: intents, facts, masks, and the matcher's decision."""

import re
from typing import Literal, Protocol

from kb import doubt, evidence, intents, patterns, safety, secrets, slots, text
from kb import since as times
from kb.decision import Decision
from kb.reading import Reading
from kb.safety import Risk
from policy.pack import Policy

SHORT, KNOWN = 24, 2048  # characters of an answer; answers that are remembered
READ_AT_MOST = 4000  # characters that are searched for meaning; the text itself is kept whole

_SPANISH = frozenset(patterns.words("spanish"))
_ENGLISH = frozenset(patterns.words("english"))
_WORD = re.compile(r"\w+")
_SMALL_TALK = frozenset({"greeting", "thanks", "yes", "no", "robot", "help"})
_SPEAKS = re.compile(r"[^\W_]")


class Matching(Protocol):
    """What decides about a message."""

    def match(self, message: str) -> Decision:
        """What to do with it, and why in words. Never raises."""
        ...


class Reader:
    """Reads for one policy. Pure and thread-safe; never raises, whatever the text."""

    def __init__(self, policy: Policy, matcher: Matching) -> None:
        self._policy = policy
        self._matcher = matcher
        self._products = slots.products(policy)
        # Answers are short, and many people give the same ones.
        self._known: dict[str, Reading] = {}

    def read(self, raw: str) -> Reading:
        """Everything the words of one message say."""
        known = self._known.get(raw)
        if known is not None:
            return known
        reading = self._read(raw)
        if len(raw) <= SHORT:
            if len(self._known) >= KNOWN:
                self._known.clear()
            self._known[raw] = reading
        return reading

    def _read(self, raw: str) -> Reading:
        safe = text.clean(raw)
        stored = secrets.mask_secrets(safe)
        card = secrets.mask_documents(stored)
        folded = text.fold(safe[:READ_AT_MOST])
        mute = bool(safe) and not _SPEAKS.search(safe)
        only = intents.of_emoji(safe) if mute else intents.only(folded)
        since, number = times.since(folded), slots.numbers(folded)
        ordinal, scope = slots.ordinal(folded), slots.scope(folded)
        answers = bool(since or number or ordinal or scope)
        signs = evidence.gather(folded)
        product = self._product(folded)
        decision = self._decide(safe, only, mute, answers)
        decision = doubt.settled(self._policy, decision, product, signs.stopped)
        shows = safety.risk(folded)
        return Reading(
            text=safe,
            stored=stored,
            card_text=card,
            secret=stored != safe,
            document=card != stored,
            language=language(folded),
            emoji_only=mute,
            intents=intents.all_of(folded, only),
            only=only,
            numbers=number,
            ordinal=ordinal,
            scope=scope,
            stopped=signs.stopped,
            real=signs.real,
            risk=shows or self._meant(decision),
            shows=shows,
            outside=slots.is_outside(folded),
            place=slots.place(folded),
            device=slots.device(folded),
            since=since,
            studies=slots.studies(folded),
            error=slots.error(stored[:READ_AT_MOST]),
            between=doubt.between(self._policy, decision, product),
            product=product,
            decision=decision,
        )

    def _meant(self, decision: Decision) -> Risk:
        """What the entry that surely fits puts at risk, whatever words tell of it."""
        entry = self._policy.entry(decision.typology) if decision.deflects else None
        return entry.risk if entry else ""

    def _product(self, folded: str) -> str | None:
        """The category that is named, where no other one is."""
        named = [product.key for product in self._products if product.is_in(folded)]
        return named[0] if len(named) == 1 else None

    def _decide(self, safe: str, only: str | None, mute: bool, answers: bool) -> Decision:
        if mute or not safe or only in _SMALL_TALK:
            return Decision(label="chitchat", because=("no pide nada a la mesa",))
        if only:
            return Decision(because=("solo habla del caso o de la conversación",))
        decision = self._matcher.match(safe[:READ_AT_MOST])
        unknown = decision.label == "chitchat" and not decision.score
        return Decision() if unknown and answers else decision


def language(folded: str) -> Literal["es", "en", ""]:
    """By its small words; "" where they do not say."""
    words = _WORD.findall(folded)
    spanish = sum(word in _SPANISH for word in words)
    english = sum(word in _ENGLISH for word in words)
    if spanish == english:
        return ""
    return "es" if spanish > english else "en"
