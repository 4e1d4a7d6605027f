"""From a clause to the rule that keeps it and to the tests that show it: docs/traceability.md."""
