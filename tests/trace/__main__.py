"""`python -m tests.trace`: draw docs/traceability.md anew, and say what is missing."""

import sys

from tests.trace.missing import idle, unknown, unruled, unshown, unworked
from tests.trace.page import PAGE, drawn


def main() -> None:
    """Write the page; exit code 1 where something is missing."""
    before = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    after = drawn()
    PAGE.write_text(after, encoding="utf-8")
    print(f"{PAGE.name}: {'changed' if after != before else 'as it was'}")
    missing = {
        "no rule": unruled(),
        "no test": unshown(),
        "enforced or told, but only compared as printed": unworked(),
        "drives neither desk nor command": [f"{test.file}::{test.name}" for test in idle()],
        "no such id": [f"{id} ({where})" for id, where in unknown().items()],
    }
    for what, found in missing.items():
        if found:
            print(f"{what} ({len(found)}): {' '.join(found)}")
    sys.exit(any(missing.values()))


if __name__ == "__main__":
    main()
