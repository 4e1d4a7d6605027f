"""A policy pack: the file that is the law, read once, checked whole, frozen."""

import hashlib
import json
import tomllib
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from pydantic import Field, PrivateAttr, ValidationError

from policy.faults import Fault, PackFaults, of_shapes
from policy.names import fold, pick, suggest
from policy.references import of_references
from policy.shapes import Country, Desk, Hybrid, Plan, Priority, Shape, Source
from policy.shapes_clocks import Asked, ClientCause, Dating, Effort, Ending, FollowUp, Missed
from policy.shapes_papers import Change, Paper
from policy.shapes_reviews import Emergency, Misuse
from policy.shapes_rules import (
    Category,
    Check,
    Closing,
    Gate,
    Group,
    Level,
    Matrix,
    Notice,
    Reactivation,
    Scale,
    Statement,
    Thresholds,
    Typology,
    Warn,
)
from policy.shapes_service import (
    Activity,
    Attention,
    Channel,
    Classification,
    Contact,
    Mark,
    OutOfHours,
    Reference,
    Remote,
    Service,
)

PACKS = Path(__file__).parent / "packs"
KEPT = 8  # packs that ship, read once a process
GUIDES = "articles"  # the folder beside an owner's pack in which their own guides lie

__all__ = ["Fault", "PackFaults", "Policy", "Thresholds", "load", "names", "parse"]


class Policy(Shape):
    """What a desk promises, to whom, in which hours. Names are matched without case or accents."""

    name: str
    version: str
    title: str
    source_label: str
    source: Source
    desk: Desk
    countries: tuple[Country, ...]
    priorities: tuple[Priority, ...]
    plans: tuple[Plan, ...]
    hybrid: Hybrid | None = None
    matrix: Matrix
    impacts: tuple[Scale, ...]
    urgencies: tuple[Scale, ...]
    categories: tuple[Category, ...]
    checks: tuple[Check, ...] = ()
    typologies: tuple[Typology, ...]
    groups: tuple[Group, ...] = Field(max_length=9)
    out_of_scope: tuple[Notice, ...]
    thresholds: Thresholds
    closing: Closing
    ladder: tuple[Level, ...]
    warnings: tuple[Warn, ...] = ()
    missed: Missed = Missed()
    asked: Asked = Asked()
    follow_up: FollowUp = FollowUp()
    client_causes: tuple[ClientCause, ...] = ()
    effort: Effort | None = None
    datings: tuple[Dating, ...] = ()
    endings: tuple[Ending, ...] = ()
    entitlement: tuple[Gate, ...] = ()
    reactivation: Reactivation | None = None
    emergency: Emergency | None = None
    misuse: Misuse | None = None
    papers: tuple[Paper, ...] = ()
    change: Change | None = None
    channels: tuple[Channel, ...] = ()
    contacts: tuple[Contact, ...] = ()
    remote: Remote | None = None
    attention: Attention | None = None
    out_of_hours: OutOfHours | None = None
    services: tuple[Service, ...] = ()
    activities: tuple[Activity, ...] = ()
    classification: Classification | None = None
    print_mark: Mark | None = None
    references: tuple[Reference, ...] = ()
    rules: tuple[Statement, ...] = ()
    _guides: Path | None = PrivateAttr(default=None)

    @property
    def guides(self) -> Path | None:
        """The folder of the owner's own guides; None for a pack that ships."""
        return self._guides

    @cached_property
    def digest(self) -> str:
        """What a ticket keeps to say under which text it was opened."""
        plain = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(plain.encode()).hexdigest()[:16]

    @cached_property
    def gates(self) -> dict[str, Gate]:
        """The conditions of support that the policy states, by their keys."""
        return {gate.key: gate for gate in reversed(self.entitlement)}

    @property
    def patient_safety(self) -> bool:
        """Whether a wrong patient or study is at stake here (the texts then say so)."""
        return self.desk.patient_safety

    def cite(self, clause: str) -> str:
        """The clause as a person reads it: "política, sección 3"."""
        return f"{self.source_label}, {clause}"

    def priority(self, name: str) -> Priority:
        """By key, label, name or alias. Raises UnknownName."""
        return pick("priority", name, self._priorities, lambda: (p.key for p in self.priorities))

    def plan(self, name: str) -> Plan:
        """By key, label, name or alias. Raises UnknownName."""
        return pick("plan", name, self._plans, lambda: (p.key for p in self.plans))

    def country(self, name: str) -> Country:
        """By code or name. Raises UnknownName."""
        return pick("country", name, self._countries, lambda: (c.code for c in self.countries))

    def typology(self, id: str) -> Typology:
        """By id. Raises UnknownName."""
        return pick("typology", id, self._typologies, lambda: (t.id for t in self.typologies))

    def entry(self, id: object) -> Typology | None:
        """The same; None where the catalogue has none of that id, or nothing was named."""
        return self._typologies.get(fold(id)) if isinstance(id, str) else None

    def category(self, key: str) -> Category:
        """By key or label. Raises UnknownName."""
        return pick("category", key, self._categories, lambda: (c.key for c in self.categories))

    def check(self, key: str) -> Check:
        """By key. Raises UnknownName."""
        return pick("check", key, self._checks, lambda: (c.key for c in self.checks))

    def group(self, key: str) -> Group:
        """By key. Raises UnknownName."""
        return pick("group", key, self._groups, lambda: (g.key for g in self.groups))

    def notice(self, key: str) -> Notice:
        """What is said about something that is not covered. Raises UnknownName."""
        return pick("notice", key, self._notices, lambda: (n.key for n in self.out_of_scope))

    def paper(self, key: str) -> Paper:
        """A quote, letter, notice, charge or agreement. Raises UnknownName."""
        return pick("paper", key, self._papers, lambda: (p.key for p in self.papers))

    def channel(self, key: str) -> Channel | None:
        """What must be known of a way to or from the desk, where the pack says something."""
        return next((one for one in self.channels if one.key == key), None)

    def statement(self, key: str) -> Statement | None:
        """A rule told in words, such as "guide-from-now-on"; None where the policy has none."""
        return next((rule for rule in self.rules if rule.key == key), None)

    def level(self, number: int) -> Level:
        """The ladder's level, or its last one above that."""
        return next((x for x in self.ladder if x.number == number), self.ladder[-1])

    @cached_property
    def _priorities(self) -> dict[str, Priority]:
        return {
            fold(name): one
            for one in reversed(self.priorities)
            for name in (*one.aliases, one.name.en, one.name.es, one.label, one.key)
        }

    @cached_property
    def _plans(self) -> dict[str, Plan]:
        return {
            fold(name): one
            for one in reversed(self.plans)
            for name in (*one.aliases, one.name.en, one.name.es, one.label, one.key)
        }

    @cached_property
    def _countries(self) -> dict[str, Country]:
        return {fold(name): one for one in self.countries for name in (one.name, one.code)}

    @cached_property
    def _typologies(self) -> dict[str, Typology]:
        return {fold(one.id): one for one in self.typologies}

    @cached_property
    def _categories(self) -> dict[str, Category]:
        return {fold(name): one for one in self.categories for name in (one.label, one.key)}

    @cached_property
    def _checks(self) -> dict[str, Check]:
        return {fold(one.key): one for one in self.checks}

    @cached_property
    def _groups(self) -> dict[str, Group]:
        return {fold(one.key): one for one in self.groups}

    @cached_property
    def _notices(self) -> dict[str, Notice]:
        return {fold(one.key): one for one in self.out_of_scope}

    @cached_property
    def _papers(self) -> dict[str, Paper]:
        return {fold(one.key): one for one in self.papers}


def names() -> tuple[str, ...]:
    """The packs that ship."""
    return tuple(sorted(path.stem for path in PACKS.glob("*.toml")))


def find(name_or_path: str) -> Path:
    """Where the pack is. Raises PackFaults with the name that was probably meant."""
    shipped = {fold(name): name for name in names()}
    if fold(name_or_path) in shipped:
        return PACKS / f"{shipped[fold(name_or_path)]}.toml"
    path = Path(name_or_path)
    with suppress(OSError):  # a name too long for a file is no file
        if path.is_file():
            return path
    near = suggest(name_or_path, names())
    problem = f"no pack or file of this name; packs: {', '.join(names())}"
    raise PackFaults([Fault(name_or_path, problem, f"did you mean {near!r}?" if near else None)])


def load(name_or_path: str, shelf: Callable[[str], Collection[str]] | None = None) -> Policy:
    """The pack, checked. Raises PackFaults with every fault at once.

    `shelf` tells the articles that a policy of this name has; without it none is looked for.
    """
    path = find(name_or_path)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise _unreadable(path.name, error) from error
    if path.parent == PACKS:
        return _shipped(path.name, text, shelf)
    own = path.parent / GUIDES
    policy = _parsed(path.name, text, _also(shelf, own) if shelf is not None else None)
    policy._guides = own
    return policy


@lru_cache(maxsize=KEPT)
def _shipped(file: str, text: str, shelf: Callable[[str], Collection[str]] | None) -> Policy:
    """Frozen, and its guides are part of the program: every desk of a process may have the same."""
    return _parsed(file, text, shelf)


def _parsed(file: str, text: str, shelf: Callable[[str], Collection[str]] | None) -> Policy:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(file, error) from error
    return parse(raw, shelf)


def _unreadable(file: str, error: ValueError) -> PackFaults:
    return PackFaults([Fault(file, f"not readable as TOML: {error}", None)])


def _also(shelf: Callable[[str], Collection[str]], own: Path) -> Callable[[str], Collection[str]]:
    """The articles that ship, and those in the owner's folder."""
    names = {file.name.split(".")[0] for file in own.glob("*.*.md")}
    return lambda policy: {*shelf(policy), *names}


def parse(raw: dict[str, Any], shelf: Callable[[str], Collection[str]] | None = None) -> Policy:
    """The policy in these tables. Shapes and references are both checked before it complains."""
    faults: list[Fault] = []
    policy: Policy | None = None
    try:
        policy = Policy.model_validate(raw)
    except ValidationError as error:
        faults.extend(of_shapes(error, Policy))
    name = raw.get("name")
    articles = shelf(name) if shelf is not None and isinstance(name, str) else None
    faults.extend(of_references(raw, articles))
    if faults or policy is None:
        raise PackFaults(faults)
    return policy
