"""`python -m tests.trace`: draw docs/traceability.md anew, and say what is missing."""

import sys

from tests.trace.page import PAGE, drawn
from tests.trace.yet import (
    NO_RULE_YET,
    NOT_SHOWN_YET,
    ONLY_PRINTED_YET,
    idle,
    shrink,
    unknown,
    unruled,
    unshown,
    unworked,
)


def main() -> None:
    """Write the page and shrink the lists; exit code 1 where a test of the page would fail."""
    before = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    after = drawn()
    PAGE.write_text(after, encoding="utf-8")
    print(f"{PAGE.name}: {'changed' if after != before else 'as it was'}")
    lost: list[str] = []
    for title, file, missing in (
        ("no rule", NO_RULE_YET, unruled()),
        ("no test", NOT_SHOWN_YET, unshown()),
        ("only printed", ONLY_PRINTED_YET, unworked()),
    ):
        print(f"{title} ({len(missing)}): {' '.join(missing) or 'none'}")
        lost += [f"{title}, and not listed in {file.name}: {id}" for id in shrink(file, missing)]
    lost += [f"drives neither desk nor command: {test.file}::{test.name}" for test in idle()]
    lost += [f"no such id: {id} ({where})" for id, where in unknown().items()]
    print("\n".join(lost))
    sys.exit(bool(lost))


if __name__ == "__main__":
    main()
