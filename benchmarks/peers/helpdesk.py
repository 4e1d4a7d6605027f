"""django-helpdesk, as its README sets it up: the public form, and `escalate_tickets`.

Runs under an interpreter that has it and talks JSON on its pipes. Mail is rendered and kept in
memory; nothing is sent. SQLite has WAL and synchronous=FULL, as on the other side.
"""

import importlib
import json
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex
from time import perf_counter
from types import ModuleType
from typing import Any

PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
APPS = (
    *("django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"),
    *("django.contrib.sites", "django.contrib.humanize", "django.contrib.messages"),
    *("django.contrib.admin", "rest_framework", "helpdesk"),
)
MIDDLEWARE = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
)
PROCESSORS = (
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
)


def opened(database: dict[str, Any]) -> "Helpdesk":
    """A project around it, on a fresh database."""
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"] = {"init_command": PRAGMAS, "timeout": 30}
    conf = importlib.import_module("django.conf")
    conf.settings.configure(
        SECRET_KEY=token_hex(16),
        DATABASES={"default": {**database, "CONN_MAX_AGE": None}},
        INSTALLED_APPS=list(APPS),
        MIDDLEWARE=list(MIDDLEWARE),
        ROOT_URLCONF="desk_urls",
        SITE_ID=1,
        USE_TZ=True,
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": list(PROCESSORS)},
            }
        ],
        EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        LOGGING_CONFIG=None,
        HELPDESK_TEAMS_MODEL="auth.Group",  # without its optional teams, as its manual says
        HELPDESK_TEAMS_MIGRATION_DEPENDENCIES=[],
        HELPDESK_KBITEM_TEAM_GETTER=_no_team,
    )
    importlib.import_module("django").setup()
    _add_urls()
    command = importlib.import_module("django.core.management").call_command
    command("migrate", verbosity=0, interactive=False)
    return Helpdesk(command)


def _no_team(_item: Any) -> None:
    return None


def _add_urls() -> None:
    urls = importlib.import_module("django.urls")
    module: Any = ModuleType("desk_urls")
    module.urlpatterns = [
        urls.path("helpdesk/", urls.include("helpdesk.urls", namespace="helpdesk")),
        urls.path("admin/", importlib.import_module("django.contrib.admin").site.urls),
    ]
    sys.modules["desk_urls"] = module


class Helpdesk:
    """One queue that anybody may write to."""

    def __init__(self, command: Any) -> None:
        self._command = command
        self._models: Any = importlib.import_module("helpdesk.models")
        self._form: Any = importlib.import_module("helpdesk.forms").PublicTicketForm
        mail = vars(importlib.import_module("django.core.mail"))
        self._mails: list[Any] = mail.setdefault("outbox", [])
        self._close = importlib.import_module("django.db").connections.close_all
        self._queue = self._models.Queue.objects.create(
            title="Soporte", slug="sop", allow_public_submission=True, escalate_days=1
        )

    def file(self, tickets: int, threads: int) -> dict[str, Any]:
        """So many tickets through the public form; seconds, and what was written and mailed."""
        left, lock, ready = iter(range(tickets)), threading.Lock(), threading.Barrier(threads + 1)

        def work() -> None:
            self._form(data=self._given(0)).is_valid()  # opens this thread's connection
            ready.wait()
            for number in _shared(left, lock):
                self._one(number)
            self._close()

        with ThreadPoolExecutor(threads) as pool:
            running = [pool.submit(work) for _ in range(threads)]
            ready.wait()
            began = perf_counter()
            for each in running:
                each.result()
            spent = perf_counter() - began
        mailed = len(self._mails)
        self._mails.clear()
        return {"seconds": spent, "mails": mailed, "tickets": self._models.Ticket.objects.count()}

    def _one(self, number: int) -> None:
        form = self._form(data=self._given(number))
        if not form.is_valid():
            raise ValueError(str(form.errors))
        form.save(user=None)

    def _given(self, number: int) -> dict[str, Any]:
        return {
            "queue": self._queue.id,
            "title": "No pasan imágenes",
            "body": "En la sala 2 el resonador no pasa imágenes al PACS desde las 7, solo a mí",
            "priority": "2",
            "submitter_email": f"cliente{number}@lago.example",
        }

    def fill(self, waiting: int, due: int) -> dict[str, Any]:
        """So many tickets in the table, the first of them due to be escalated."""
        models = self._models
        now = importlib.import_module("django.utils.timezone").now()
        long_ago = now - importlib.import_module("datetime").timedelta(days=9)
        models.Ticket.objects.all().delete()
        models.Ticket.objects.bulk_create(
            [
                models.Ticket(
                    queue=self._queue,
                    title="No pasan imágenes",
                    description="En la sala 2 el resonador no pasa imágenes al PACS",
                    submitter_email=f"cliente{number}@lago.example",
                    status=models.Ticket.OPEN_STATUS,
                    priority=3,
                    secret_key=str(number),
                    last_escalation=None if number < due else now,
                )
                for number in range(waiting)
            ],
            batch_size=500,
        )
        models.Ticket.objects.update(created=long_ago)  # the field sets itself on the way in
        return {}

    def escalate(self) -> dict[str, Any]:
        """The command, as cron runs it; seconds, and how many it escalated."""
        before = self._models.TicketChange.objects.count()
        began = perf_counter()
        self._command("escalate_tickets")
        spent = perf_counter() - began
        self._mails.clear()
        return {"seconds": spent, "done": self._models.TicketChange.objects.count() - before}


def _shared(left: Iterator[int], lock: threading.Lock) -> Iterator[int]:
    """What is left, shared between threads."""
    while True:
        with lock:
            number = next(left, None)
        if number is None:
            return
        yield number


def main() -> None:
    """One question a line; the first says which database."""
    desk = opened(json.loads(sys.stdin.readline()))
    print(json.dumps({}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(getattr(desk, asked.pop("do"))(**asked)), flush=True)


if __name__ == "__main__":
    main()
