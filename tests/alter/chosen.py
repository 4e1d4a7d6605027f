"""A pytest plugin: of the collected tests only those that keep certain requirements."""

from collections.abc import Collection, Mapping

import pytest

from tests.trace.collecting import ids_of


class Chosen:
    """`first` are nodeids with the number of changes they have noticed; `out` are left out."""

    def __init__(
        self, ids: Collection[str], first: Mapping[str, int], out: Collection[str] = ()
    ) -> None:
        self.ids, self.first, self.out = frozenset(ids), first, frozenset(out)
        self.tried: list[str] = []
        self.failed: list[str] = []

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """The tests that have noticed most before come first: most changes end with them."""
        wanted = [
            item
            for item in items
            if item.nodeid not in self.out and self.ids & frozenset(ids_of(item))
        ]
        wanted.sort(key=lambda item: -self.first.get(item.nodeid, 0))
        left_out = [item for item in items if item not in wanted]
        items[:] = wanted
        if left_out:
            config.hook.pytest_deselected(items=left_out)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """What was tried, and what failed in any phase."""
        if report.when == "call" or report.failed:
            self.tried.append(report.nodeid)
        if report.failed:
            self.failed.append(report.nodeid)
