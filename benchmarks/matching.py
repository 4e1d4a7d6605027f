"""Matching a message: the index and the whole matcher beside a plain RapidFuzz scan.

Run as `python -m benchmarks.matching`. Times are the processor's, so that no other program's turn
counts. The scan is the best of its kind: token_set_ratio over
phrases folded beforehand. Ratios are times: how many times as long the scan takes as Radica.
Recall is over messages made from a known phrase with typing slips and small talk around it.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import thread_time_ns
from typing import Any

from rapidfuzz import fuzz, process

from benchmarks.peers.trigrams import AGAIN, Trigrams
from benchmarks.report import Pair, Sheet, compare, figure, load, percentile, show, written
from benchmarks.rounds import options, play
from kb import text
from kb.decision import Decision
from kb.index import Hit, Index
from kb.library import Library
from kb.match import Matcher
from kb.topics import Topic, topics
from policy import pack
from policy.pack import Policy

AROUND = ("buenas tardes", "por favor", "muchas gracias", "les cuento que", "hola")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
GOALS = {200: 1.0, 2000: 8.0, 5000: 4.0, 20_000: 15.0}
A_GUIDE = 25  # phrases
TAIL = 3.0  # how many medians the hundredth slowest may take
LONG_ENOUGH = 4


@dataclass(frozen=True)
class Query:
    """A mistyped message and the phrase that it was made from."""

    said: str
    meant: int


Look = Callable[[str], object]


def main(argv: Sequence[str] | None = None) -> None:
    """A table for each size, then the whole matcher on the pack's own phrases."""
    chosen = options(__doc__ or "", argv, rounds=15)
    book = pack.load("imexhs")
    library = Library.load(book)
    many = 20 if chosen.quick else 200
    sheet = Sheet(
        name="matching",
        title="Matching: messages a second",
        command="python -m benchmarks.matching",
        notes=[f"{many} messages a round"],
        rounds=chosen.rounds,
    )
    before = load()
    for size in [*GOALS][: 2 if chosen.quick else None]:
        one_size(sheet, size, many, vocabulary(book, library))
    whole(sheet, book, library, many)
    sheet.load = (before, load())
    show(sheet)
    written(sheet, chosen.json)


def one_size(sheet: Sheet, size: int, many: int, words: Sequence[str]) -> None:
    """The index on so many invented phrases, so many a guide."""
    chance = random.Random(size)
    phrases = [" ".join(chance.sample(words, chance.randrange(8, 13))) for _ in range(size)]
    queries = [noised(phrases, chance) for _ in range(many)]
    guides = {str(at): phrases[at : at + A_GUIDE] for at in range(0, size, A_GUIDE)}
    index, scan, limit = Index(guides), scanner(phrases), Trigrams(phrases)

    def look(said: str) -> list[Hit]:
        return index.look(text.fold(said))

    ours, beside = f"index, {size} phrases", f"rapidfuzz token_set_ratio scan, {size}"
    trigrams = f"trigram index in NumPy, best {AGAIN} again, {size}"
    sides: dict[str, Look] = {ours: look, beside: scan, trigrams: limit.first}
    spent = compete(sides, queries, sheet.rounds)
    sheet.lines += compare(
        [Pair(ours=ours, beside=beside, goal=GOALS[size]), Pair(ours=ours, beside=trigrams)],
        spent.rates,
    )
    sheet.notes += spent.tails()
    found = [look(query.said) for query in queries]
    pairs = [
        ([hit.key for hit in hits], str(q.meant - q.meant % A_GUIDE))
        for hits, q in zip(found, queries, strict=True)
    ]
    first = _share(meant in keys[:1] for keys, meant in pairs)
    fifth = _share(meant in keys[:5] for keys, meant in pairs)
    plain = _share(scan(query.said) == query.meant for query in queries)
    sheet.notes.append(
        f"recall at {size}, index: @1 {first:.3f}, @5 {fifth:.3f}; scan: @1 {plain:.3f}"
    )


def whole(sheet: Sheet, book: Policy, library: Library, many: int) -> None:
    """Matcher.match with its signs, vetoes and sentences, on the phrases that ship."""
    chance = random.Random(1)
    topic_of = [(t, phrase) for t in topics(book, library) for phrase in t.phrases]
    phrases = [phrase for _, phrase in topic_of]
    queries = [noised(phrases, chance) for _ in range(many)]
    matcher, scan = Matcher(book, library), scanner(phrases)
    ours = f"whole matcher, the pack's own {len(phrases)} phrases"
    beside = f"rapidfuzz token_set_ratio scan, {len(phrases)}"
    spent = compete({ours: matcher.match, beside: scan}, queries, sheet.rounds)
    sheet.lines += compare([Pair(ours=ours, beside=beside)], spent.rates)
    sheet.notes += spent.tails()
    right = _share(_same(matcher.match(q.said), topic_of[q.meant][0]) for q in queries)
    plain = _share(_same(topic_of[scan(q.said)][0], topic_of[q.meant][0]) for q in queries)
    sheet.notes.append(
        f"label and typology as of the phrase meant: matcher {right:.3f}, scan {plain:.3f}"
    )


@dataclass(frozen=True)
class Spent:
    """Messages a second of each round, and the microseconds of every single look."""

    rates: dict[str, list[float]]
    micros: dict[str, list[float]]

    def tails(self) -> list[str]:
        """A sentence a side: the median and the hundredth slowest."""
        return [
            f"{name}: "
            + ", ".join(f"p{100 * at:.0f} {figure(percentile(took, at))} µs" for at in (0.5, 0.99))
            + f", {percentile(took, 0.99) / percentile(took, 0.5):.1f} times (at most {TAIL:.0f})"
            for name, took in self.micros.items()
        ]


def compete(sides: dict[str, Look], queries: Sequence[Query], rounds: int) -> Spent:
    """The same messages to every side, round by round; what is compared is the median look."""
    micros: dict[str, list[float]] = {name: [] for name in sides}

    def round_of(name: str, look: Look) -> Callable[[], float]:
        def one() -> float:
            fresh = [_micros(look, query.said) for query in queries]
            micros[name].extend(fresh)
            return 1e6 / percentile(fresh, 0.5)

        return one

    rates = play({name: round_of(name, look) for name, look in sides.items()}, rounds)
    return Spent(rates, micros)


def scanner(phrases: Sequence[str]) -> Callable[[str], int]:
    """Every phrase is looked at; folding the message is part of the look."""
    folded = [text.fold(phrase) for phrase in phrases]
    scorer: Any = fuzz.token_set_ratio  # typed more narrowly than extractOne takes it

    def scan(message: str) -> int:
        found = process.extractOne(text.fold(message), folded, scorer=scorer)
        return int(found[2]) if found else -1

    return scan


def vocabulary(book: Policy, library: Library) -> list[str]:
    """The words that people of the trade use, from the pack's own phrases."""
    said = (phrase for topic in topics(book, library) for phrase in topic.phrases)
    words = {word for phrase in said for word in text.fold(phrase).split() if word.isalpha()}
    return sorted(word for word in words if len(word) >= LONG_ENOUGH)


def noised(phrases: Sequence[str], chance: random.Random) -> Query:
    """One word lost, two slips of the finger, and manners around it."""
    meant = chance.randrange(len(phrases))
    words = phrases[meant].split()
    if len(words) > LONG_ENOUGH:
        words.pop(chance.randrange(len(words)))
    for _ in range(min(2, len(words) // 3)):
        at = chance.randrange(len(words))
        words[at] = _slip(words[at], chance)
    return Query(f"{chance.choice(AROUND)} {' '.join(words)}", meant)


def _slip(word: str, chance: random.Random) -> str:
    if len(word) < LONG_ENOUGH:
        return word
    at = chance.randrange(1, len(word) - 1)
    kind = chance.randrange(3)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + chance.choice(LETTERS) + word[at + 1 :]


def _micros(look: Look, said: str) -> float:
    began = thread_time_ns()
    look(said)
    return (thread_time_ns() - began) / 1000


def _same(one: Topic | Decision, other: Topic) -> bool:
    return (one.label, one.typology) == (other.label, other.typology)


def _share(hits: Iterable[bool]) -> float:
    known = list(hits)
    return sum(known) / len(known)


if __name__ == "__main__":
    main()
