"""A served desk and a client that keeps its cookies, as a browser would."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.web.served import Served


@dataclass
class Visitor:
    """A page that was opened: it has the cookie and knows the token."""

    client: httpx.Client
    token: str

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        """As the page's own script does it."""
        sent = {"x-radica-token": self.token} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return self.client.post(path, json=body, headers=sent)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One desk for a module: each test writes in a chat of its own."""
    desk = Served(Path(tmp_path_factory.mktemp("desk"))).start()
    yield desk
    desk.stop()


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    """Somebody without a cookie."""
    with httpx.Client(base_url=served.url, timeout=10) as one:
        yield one


@pytest.fixture
def visitor(client: httpx.Client) -> Visitor:
    """Somebody who opened the page."""
    page = client.get("/").text
    found = re.search(r'"token": "([^"]+)"', page)
    assert found is not None
    return Visitor(client, found.group(1))
