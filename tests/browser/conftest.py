"""A browser, a fresh desk for each test, and where the pictures go."""

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.page import ConsolePage
from tests.web.served import Served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PICTURES = "RADICA_PICTURES"  # a folder; docs/images when the documentation is renewed

Opener = Callable[..., ConsolePage]


@pytest.fixture(scope="package")
def browser() -> "Iterator[Browser]":
    """Chromium, started once. Playwright's loop must have ended before other rooms run theirs."""
    if importlib.util.find_spec("playwright") is None:
        pytest.skip("the e2e group is not installed")
    program = os.environ.get("RADICA_CHROMIUM") or shutil.which("chromium")
    if program is None:
        pytest.skip("there is no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Served]:
    """A fresh local desk on Tuesday 24 November 2026, 10:12 in Bogotá."""
    served = Served(tmp_path).start()
    yield served
    served.stop()


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where screenshots are kept."""
    folder = Path(os.environ.get(PICTURES) or tmp_path / "pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def opened(browser: "Browser", desk: Served, pictures: Path) -> Iterator[Opener]:
    """Opens the console; what the page complained about fails the test at the end."""
    pages: list[ConsolePage] = []

    def open_page(width: int = 1440, height: int = 940, scheme: str = "light") -> ConsolePage:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="es-CO",
            reduced_motion="reduce",
        )
        context.set_default_timeout(25_000)  # a machine may be busy with the other tests
        one = ConsolePage(context.new_page(), desk, pictures)
        one.open()
        pages.append(one)
        return one

    yield open_page
    complaints = [said for one in pages for said in one.complaints]
    for one in pages:
        one.page.context.close()
    assert complaints == []
