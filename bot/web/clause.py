"""What the policy says under one clause, for whoever presses it in the strip."""

from collections.abc import Iterator
from typing import Any

from bot.web.tongue import Tongue
from policy.facts import rules
from policy.pack import Policy

MOST = 8  # lines: a dialog, not the whole file


def lines(policy: Policy, clause: str, tongue: Tongue) -> list[str]:
    """The rules kept under the clause, in words, with their requirement ids."""
    wanted = clause.removeprefix(f"{policy.source_label}, ").strip()
    found = [rule for _, rule in rules(policy) if _is_under(rule, wanted)]
    said = [text for rule in found for text in _words(rule, tongue.language)]
    ids = sorted({str(one) for rule in found for one in rule.get("requirements", ())})
    shown = list(dict.fromkeys(said))[:MOST]
    if ids:
        shown.append(tongue.page("console.clause.rules", ids=", ".join(ids)))
    return shown


def _is_under(rule: dict[str, Any], wanted: str) -> bool:
    here = str(rule.get("clause", ""))
    return here == wanted or here.startswith(f"{wanted},")


def _words(rule: dict[str, Any], language: str) -> Iterator[str]:
    for field in ("what", "text", "name", "title"):
        value = rule.get(field)
        if isinstance(value, dict) and value.get(language):
            yield str(value[language])
            return
        if isinstance(value, str):
            yield value
            return
