"""What every test shares: the database fixtures, Hypothesis' manners, and no silent skips."""

import gc
import importlib.util
import os
import sys
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

SHARED = ("tests.databases", "tests.started")
YOUNG = 5_000  # objects made between two collections: seven times Python's own, and half its time

# Tests start many processes of the program; with their bytecode kept they start in a third of
# the time, also where the machine's environment says otherwise.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A shared machine pauses at will: a deadline would fail the machine, not the code.
settings.register_profile(
    "radica", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("long", parent=settings.get_profile("radica"), max_examples=1000)
settings.load_profile(os.environ.get("RADICA_HYPOTHESIS", "radica"))


def pytest_configure(config: pytest.Config) -> None:
    """Load the modules whose fixtures serve every room."""
    gc.disable()  # until everything is collected
    for name in SHARED:
        if importlib.util.find_spec(name) is not None:
            config.pluginmanager.import_plugin(name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With RADICA_FORBID_SKIPS=1 a skipped test fails: the full run leaves nothing out."""
    report = yield
    expected = hasattr(report, "wasxfail")
    if report.skipped and not expected and os.environ.get("RADICA_FORBID_SKIPS") == "1":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and skips are forbidden: {report.longrepr}"
    return report


def pytest_collection_finish() -> None:
    """What was imported stays until the end: no collection of garbage need visit it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
    gc.enable()
