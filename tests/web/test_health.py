"""For machines: alive, ready, counted."""

import httpx

from tests.web.conftest import Visitor
from tests.web.served import Served


def test_a_running_desk_is_alive_and_ready(client: httpx.Client, served: Served) -> None:
    assert client.get("/healthz").text == "ok"
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "database": "ok", "ticker": "ok"}


def test_a_ticker_that_stopped_takes_the_desk_out_of_traffic(
    client: httpx.Client, served: Served
) -> None:
    meter = served.app.desk.meter
    seen = dict(meter.succeeded_at)
    meter.succeeded_at["timers"] = seen["timers"].replace(year=2020)
    answer = client.get("/readyz")
    meter.succeeded_at.update(seen)
    assert answer.status_code == 503
    assert answer.json()["ticker"] == "late"


def test_the_metrics_are_prometheus_text(client: httpx.Client, visitor: Visitor) -> None:
    text = client.get("/metrics").text
    assert "radica_quarantine_events 0.0" in text
    assert "radica_database_up 1.0" in text
    assert "# TYPE radica_letters_total counter" in text


def test_health_is_answered_under_any_name(client: httpx.Client) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert client.get(path, headers={"host": "desk.example"}).status_code == 200


def test_the_doors_of_platforms_that_are_not_connected_do_not_exist(visitor: Visitor) -> None:
    assert visitor.post("/telegram/webhook", {}).status_code == 404
    assert visitor.post("/slack/events", {}).status_code == 404
