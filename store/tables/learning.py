"""What use has taught: phrases that wait for a supervisor's word, and guides begun from a case."""

from sqlalchemy import Index, Table

from store.tables.columns import link, metadata, moment, number, own_id, words

lessons = Table(
    "lessons",
    metadata,
    own_id(),
    words("pack", None),
    words("topic", None),
    words("phrase", None),
    words("source", None),
    number("seen", 1),
    link("proposed_by", "people.id"),
    link("ticket", "tickets.number"),
    moment("proposed_at"),
    moment("seen_at"),
    words("state", "pending"),
    moment("decided_at", nullable=True),
    link("decided_by", "people.id"),
    number("version", 0),
    Index("ix_lessons_pack_state_id", "pack", "state", "id"),
)

drafts = Table(
    "drafts",
    metadata,
    own_id(),
    words("pack", None),
    link("ticket", "tickets.number"),
    words("typology", None),
    words("title", None),
    words("happens"),
    words("steps"),
    words("phrase"),
    link("written_by", "people.id"),
    moment("written_at"),
)
