"""What is missing: ids without a rule, ids without a test, marks that do not count."""

from tests.trace.ids import labels
from tests.trace.rules import kinds, places
from tests.trace.shown import Shown, shown


def unruled() -> list[str]:
    """Ids that no pack carries."""
    known = places()
    return [id for id in labels() if id not in known]


def unshown() -> list[str]:
    """Ids that are not open, and have no test that counts."""
    tests = {id for id, found in shown().items() if any(test.drives for test in found)}
    ways = kinds(places())
    return [id for id in labels() if id not in tests and ways.get(id) != "open"]


def unworked() -> list[str]:
    """Enforced and told ids whose tests only look at what the pack says."""
    ways = kinds(places())
    seen = {id: [test for test in tests if test.drives] for id, tests in shown().items()}
    return [
        id
        for id in labels()
        if ways.get(id) in ("enforced", "told") and id in seen and all(t.prints for t in seen[id])
    ]


def idle() -> list[Shown]:
    """Marked tests that drive neither the desk nor a command."""
    return sorted({test for found in shown().values() for test in found if not test.drives})


def unknown() -> dict[str, str]:
    """Ids that are on no list, with where they are named."""
    named = {id: tests[0].file for id, tests in shown().items()}
    named |= {id: f"{kept[0].pack}: {kept[0].path}" for id, kept in places().items()}
    return {id: where for id, where in named.items() if id not in labels()}
