"""`python -m tests.matrix`: draw the generated parts of docs/guarantees.md anew."""

from tests.matrix.page import PAGE, drawn


def main() -> None:
    """Write the page, and say whether it changed."""
    before = PAGE.read_text(encoding="utf-8")
    after = drawn(before)
    PAGE.write_text(after, encoding="utf-8")
    print(f"{PAGE.name}: {'changed' if after != before else 'as it was'}")


if __name__ == "__main__":
    main()
