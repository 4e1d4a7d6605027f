"""Whether what a pack offers instead of support leads somewhere: ways out, and who decides."""

from collections.abc import Iterator

from policy.faults import Fault, path_of
from policy.opening import holiday_countries
from policy.raw import Table, rows, strings, table, unknown, unknown_in
from policy.shapes_reviews import WAYS


def of_reviews(raw: Table) -> Iterator[Fault]:
    """Ways out that nobody knows, urgencies that nobody decides, hours without a country."""
    for name in ("entitlement", "out_of_scope"):
        for i, row in enumerate(rows(raw, name)):
            where = (name, i, "instead")
            yield from unknown_in("way out", where, row.get("instead"), WAYS)
            if "urgent" in strings(row.get("instead")) and not table(raw.get("emergency")):
                problem = "urgent is offered, and no [emergency] says how long an answer may take"
                yield Fault(path_of(where), problem)
    if raw.get("reactivation") and not any(
        g.get("key") == "invoice" for g in rows(raw, "entitlement")
    ):
        yield Fault("reactivation", "nothing suspends: state an [[entitlement]] of key 'invoice'")
    misuse = table(raw.get("misuse"))
    yield from unknown(
        "country", ("misuse", "holidays"), misuse.get("holidays"), holiday_countries()
    )
    if misuse.get("holidays") and not misuse.get("open"):
        yield Fault(path_of(("misuse", "open")), "holidays are skipped in hours; state open")
