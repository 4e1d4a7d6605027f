"""One change after another, each against the tests that keep its requirements."""

import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from policy import pack
from tests.alter.changes import Alterations, Change, applied
from tests.alter.toml import written
from tests.alter.workshop import Workshop, workshop
from tests.trace.shown import PRINTS, collected

NOTICED, SURVIVED, UNTESTED = "noticed", "survived", "untested"


@dataclass(frozen=True)
class Verdict:
    """What became of one change."""

    change: str
    ids: tuple[str, ...]
    verdict: str
    by: str = ""  # the test that noticed
    tried: int = 0

    @staticmethod
    def read(told: Mapping[str, Any]) -> "Verdict":
        """From the JSON of an earlier hunt."""
        return Verdict(
            change=told["change"],
            ids=tuple(told["ids"]),
            verdict=told["verdict"],
            by=told["by"],
            tried=told["tried"],
        )


@dataclass
class Found:
    """What came of a hunt; `left` changes were not tried for want of time."""

    policy: str
    digest: str
    verdicts: list[Verdict]
    broken: list[str]  # tests that fail over the pack as it is
    without_id: int = 0
    open: int = 0
    left: int = 0

    def of(self, verdict: str) -> list[Verdict]:
        """Those that ended so."""
        return [one for one in self.verdicts if one.verdict == verdict]

    def keep(self, file: Path) -> None:
        """As JSON, for people and for going on later."""
        file.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), encoding="utf-8")


Report = Callable[[int, int, Verdict | None], None]  # done, of how many, the newest


def hunt(
    policy: str,
    *,
    only: Collection[str] = (),
    minutes: float = 0,
    known: Path | None = None,
    at_work: bool = False,
    report: Report = lambda done, of, newest: None,
) -> Found:
    """Try every change of a pack, or those of some requirements. `known` is gone on with.

    With `at_work` the tests that only look at what the pack says do not count.
    """
    text = pack.find(policy).read_text(encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()[:16] + (" at work" if at_work else "")
    raw = tomllib.loads(text)
    every = list(Alterations(raw).of(frozenset(only)))
    found = Found(policy, digest, earlier(known, digest), [])
    done = {one.change for one in found.verdicts}
    todo = [one for one in every if one.value.ids and not one.value.open]
    found.without_id = sum(not one.value.ids for one in every)
    found.open = sum(one.value.open for one in every)
    todo = [one for one in todo if one.sentence not in done]
    until = monotonic() + minutes * 60 if minutes else float("inf")
    with workshop(policy) as shop:
        hunter = _Hunter(shop, raw, todo, PRINTS if at_work else ())
        found.broken = hunter.broken()
        for number, change in enumerate(todo):
            report(number, len(todo), None)
            if monotonic() > until:
                found.left = len(todo) - number
                break
            found.verdicts.append(hunter.judge(change))
            report(number + 1, len(todo), found.verdicts[-1])
            if known is not None:
                found.keep(known)
    return found


def earlier(known: Path | None, digest: str) -> list[Verdict]:
    """Verdicts over the same pack, from a hunt that was broken off."""
    if known is None or not known.exists():
        return []
    told: dict[str, Any] = json.loads(known.read_text(encoding="utf-8"))
    if told.get("digest") != digest:
        return []
    return [Verdict.read(one) for one in told["verdicts"]]


class _Hunter:
    def __init__(
        self,
        shop: Workshop,
        raw: dict[str, Any],
        todo: Sequence[Change],
        without: Collection[str],
    ) -> None:
        self.shop, self.raw = shop, raw
        self.todo = todo
        self.files: dict[str, set[str]] = {}
        for test in collected(shop.folder):
            for id in () if test["file"] in without else test["ids"]:
                self.files.setdefault(id, set()).add(test["file"])
        self.noticed: Counter[str] = Counter()
        self.out: list[str] = []

    def broken(self) -> list[str]:
        """Tests that fail over the pack as it is: they would notice anything, so they are out."""
        ids = {id for change in self.todo for id in change.value.ids}
        files = self._files(ids)
        if files:
            self.shop.write(written(self.raw))
            self.out = self.shop.run(files, ids, first={}, stop=False)["failed"]
        return self.out

    def judge(self, change: Change) -> Verdict:
        """Run the tests of the changed value's requirements until one fails."""
        ids = change.value.ids
        files = self._files(ids)
        if not files:
            return Verdict(change.sentence, ids, UNTESTED)
        self.shop.write(written(applied(self.raw, change)))
        ran = self.shop.run(files, ids, first=self.noticed, out=self.out)
        if ran["code"] == 5:
            return Verdict(change.sentence, ids, UNTESTED)
        tried = len(ran["tried"])
        if ran["code"] == 0:
            return Verdict(change.sentence, ids, SURVIVED, tried=tried)
        by = ran["failed"][0] if ran["failed"] else "(the tests cannot be collected)"
        self.noticed[by] += 1
        return Verdict(change.sentence, ids, NOTICED, by, tried)

    def _files(self, ids: Collection[str]) -> list[str]:
        return sorted({file for id in ids for file in self.files.get(id, ())})
