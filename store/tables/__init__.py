"""Every table, once; the migrations build the same, and a test compares the two."""

from store.tables.columns import metadata
from store.tables.contacts import (
    bindings,
    code_tries,
    consents,
    erasures,
    invitations,
    invoices,
    organisations,
    people,
    strikes,
)
from store.tables.learning import drafts, lessons
from store.tables.queues import accounts, inbox, leases, outbox, paces, quarantine, timers
from store.tables.records import audit, counters, measures, reviews, settings, story, wire
from store.tables.work import cards, conversations, files, messages, tickets, watchers

__all__ = [
    "accounts",
    "audit",
    "bindings",
    "cards",
    "code_tries",
    "consents",
    "conversations",
    "counters",
    "drafts",
    "erasures",
    "files",
    "inbox",
    "invitations",
    "invoices",
    "leases",
    "lessons",
    "measures",
    "messages",
    "metadata",
    "organisations",
    "outbox",
    "paces",
    "people",
    "quarantine",
    "reviews",
    "settings",
    "story",
    "strikes",
    "tickets",
    "timers",
    "watchers",
    "wire",
]
