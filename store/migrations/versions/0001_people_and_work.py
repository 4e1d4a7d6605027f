"""People and the desk's work: the first half of the tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.Text()
MOMENT = sa.DateTime(timezone=True)
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables; those that others point to come first."""
    _code_tries()
    _erasures()
    _organisations()
    _invoices()
    _people()
    _bindings()
    _consents()
    _conversations()
    _invitations()
    _strikes()
    _tickets()
    _cards()
    _files()
    _messages()
    _watchers()


def _code_tries() -> None:
    op.create_table(
        "code_tries",
        sa.Column("who", TEXT, nullable=False),
        sa.Column("tries", WHOLE, nullable=False, server_default="0"),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("who", name="pk_code_tries"),
    )


def _erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("person", WHOLE, nullable=False, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_erasures"),
    )


def _organisations() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", WHOLE, nullable=False, autoincrement=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("folded", TEXT, nullable=False),
        sa.Column("country", TEXT, nullable=False, server_default=""),
        sa.Column("plan", TEXT, nullable=False, server_default=""),
        sa.Column("contract_from", sa.Date()),
        sa.Column("contract_to", sa.Date()),
        sa.Column("signed", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        sa.Column("closing_act", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        sa.Column("first_invoice", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        sa.Column("hybrid", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("products", TEXT, nullable=False, server_default="[]"),
        sa.Column("kind", TEXT, nullable=False, server_default="client"),
        sa.Column("trial", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.PrimaryKeyConstraint("id", name="pk_organisations"),
        sa.UniqueConstraint("folded", name="uq_organisations_folded"),
    )


def _invoices() -> None:
    op.create_table(
        "invoices",
        sa.Column(
            "organisation",
            WHOLE,
            sa.ForeignKey("organisations.id", name="fk_invoices_organisation_organisations"),
            nullable=False,
            autoincrement=False,
        ),
        sa.Column("number", TEXT, nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("paid_on", sa.Date()),
        sa.PrimaryKeyConstraint("organisation", "number", name="pk_invoices"),
    )


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", WHOLE, nullable=False, autoincrement=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False, server_default="es"),
        sa.Column("zone", TEXT, nullable=False, server_default=""),
        sa.Column("roles", TEXT, nullable=False, server_default=" client "),
        sa.Column("level", WHOLE, nullable=False, server_default="1"),
        sa.Column(
            "organisation",
            WHOLE,
            sa.ForeignKey("organisations.id", name="fk_people_organisation_organisations"),
        ),
        sa.Column("email", TEXT, nullable=False, server_default=""),
        sa.Column("phone", TEXT, nullable=False, server_default=""),
        sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    op.create_index("ix_people_organisation", "people", ["organisation"])


def _bindings() -> None:
    op.create_table(
        "bindings",
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("user", TEXT, nullable=False),
        sa.Column("chat", TEXT, nullable=False, server_default=""),
        sa.Column(
            "person",
            WHOLE,
            sa.ForeignKey("people.id", name="fk_bindings_person_people"),
            nullable=False,
        ),
        sa.Column("blocked", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.PrimaryKeyConstraint("channel", "account", "user", name="pk_bindings"),
    )
    op.create_index("ix_bindings_channel_account_chat", "bindings", ["channel", "account", "chat"])
    op.create_index("ix_bindings_person", "bindings", ["person"])


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", WHOLE, nullable=False, autoincrement=True),
        sa.Column(
            "person",
            WHOLE,
            sa.ForeignKey("people.id", name="fk_consents_person_people"),
            nullable=False,
        ),
        sa.Column("version", TEXT, nullable=False),
        sa.Column("answer", TEXT, nullable=False),
        sa.Column("channel", TEXT, nullable=False, server_default=""),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
    )
    op.create_index("ix_consents_person", "consents", ["person"])


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", WHOLE, nullable=False, autoincrement=True),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("chat", TEXT, nullable=False),
        sa.Column("user", TEXT, nullable=False),
        sa.Column(
            "person", WHOLE, sa.ForeignKey("people.id", name="fk_conversations_person_people")
        ),
        sa.Column("language", TEXT, nullable=False, server_default=""),
        sa.Column("form", TEXT),
        sa.Column("form_version", WHOLE, nullable=False, server_default="0"),
        sa.Column("asked", TEXT),
        sa.Column("answers", TEXT, nullable=False, server_default="{}"),
        sa.Column("trail", TEXT, nullable=False, server_default="[]"),
        sa.Column("draft", TEXT, nullable=False, server_default="{}"),
        sa.Column("expires_at", MOMENT),
        sa.Column("focus", WHOLE),
        sa.Column("focus_until", MOMENT),
        sa.Column("memory", TEXT, nullable=False, server_default="{}"),
        sa.Column("version", WHOLE, nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.UniqueConstraint(
            "channel", "account", "chat", "user", name="uq_conversations_channel_account_chat_user"
        ),
    )
    op.create_index("ix_conversations_expires_at", "conversations", ["expires_at"])
    op.create_index("ix_conversations_person", "conversations", ["person"])


def _invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("code_hash", TEXT, nullable=False),
        sa.Column(
            "person",
            WHOLE,
            sa.ForeignKey("people.id", name="fk_invitations_person_people"),
            nullable=False,
        ),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.PrimaryKeyConstraint("code_hash", name="pk_invitations"),
    )


def _strikes() -> None:
    op.create_table(
        "strikes",
        sa.Column(
            "person",
            WHOLE,
            sa.ForeignKey("people.id", name="fk_strikes_person_people"),
            nullable=False,
            autoincrement=False,
        ),
        sa.Column("typology", TEXT, nullable=False),
        sa.Column("article", TEXT, nullable=False, server_default=""),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("person", "typology", name="pk_strikes"),
    )


def _tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("number", WHOLE, nullable=False, autoincrement=False),
        sa.Column(
            "organisation",
            WHOLE,
            sa.ForeignKey("organisations.id", name="fk_tickets_organisation_organisations"),
            nullable=False,
        ),
        sa.Column(
            "requester",
            WHOLE,
            sa.ForeignKey("people.id", name="fk_tickets_requester_people"),
            nullable=False,
        ),
        sa.Column(
            "conversation",
            WHOLE,
            sa.ForeignKey("conversations.id", name="fk_tickets_conversation_conversations"),
            nullable=False,
        ),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("category", TEXT),
        sa.Column("typology", TEXT),
        sa.Column("priority", TEXT, nullable=False),
        sa.Column("because", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("details", TEXT, nullable=False, server_default="{}"),
        sa.Column("impact", TEXT),
        sa.Column("urgency", TEXT),
        sa.Column("promise", TEXT, nullable=False, server_default="{}"),
        sa.Column("due_at", MOMENT),
        sa.Column("waits", TEXT, nullable=False, server_default="{}"),
        sa.Column("pauses", TEXT, nullable=False, server_default="[]"),
        sa.Column("pack", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("holder", WHOLE, sa.ForeignKey("people.id", name="fk_tickets_holder_people")),
        sa.Column("level", WHOLE, nullable=False, server_default="1"),
        sa.Column("round", WHOLE, nullable=False, server_default="1"),
        sa.Column("answered_at", MOMENT),
        sa.Column("solved_at", MOMENT),
        sa.Column("solution", TEXT),
        sa.Column("notice_sent_at", MOMENT),
        sa.Column("undelivered", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("closed_at", MOMENT),
        sa.Column("closing", TEXT),
        sa.Column("rating", WHOLE),
        sa.Column(
            "linked_to", WHOLE, sa.ForeignKey("tickets.number", name="fk_tickets_linked_to_tickets")
        ),
        sa.Column("wants_person", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("version", WHOLE, nullable=False, server_default="1"),
        sa.Column("edition", WHOLE, nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("number", name="pk_tickets"),
    )
    op.create_index("ix_tickets_closed_at", "tickets", ["closed_at"])
    op.create_index("ix_tickets_holder_state", "tickets", ["holder", "state"])
    op.create_index("ix_tickets_opened_at", "tickets", ["opened_at"])
    op.create_index(
        "ix_tickets_organisation_typology_opened_at",
        "tickets",
        ["organisation", "typology", "opened_at"],
    )
    op.create_index("ix_tickets_requester_state", "tickets", ["requester", "state"])
    op.create_index("ix_tickets_state_priority", "tickets", ["state", "priority"])


def _cards() -> None:
    op.create_table(
        "cards",
        sa.Column(
            "ticket",
            WHOLE,
            sa.ForeignKey("tickets.number", name="fk_cards_ticket_tickets"),
            nullable=False,
            autoincrement=False,
        ),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("chat", TEXT, nullable=False),
        sa.Column("ref", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("ticket", name="pk_cards"),
    )
    op.create_index(
        "ix_cards_channel_account_chat_ref", "cards", ["channel", "account", "chat", "ref"]
    )


def _files() -> None:
    op.create_table(
        "files",
        sa.Column("id", WHOLE, nullable=False, autoincrement=True),
        sa.Column("ticket", WHOLE, sa.ForeignKey("tickets.number", name="fk_files_ticket_tickets")),
        sa.Column("message", WHOLE),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("ref", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False, server_default=""),
        sa.Column("size", WHOLE),
        sa.Column("mime", TEXT, nullable=False, server_default=""),
        sa.Column("url", TEXT, nullable=False, server_default=""),
        sa.Column("seconds", WHOLE),
        sa.Column("unique", TEXT, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_files"),
    )
    op.create_index("ix_files_message", "files", ["message"])
    op.create_index("ix_files_ticket", "files", ["ticket"])


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", WHOLE, nullable=False, autoincrement=True),
        sa.Column(
            "ticket", WHOLE, sa.ForeignKey("tickets.number", name="fk_messages_ticket_tickets")
        ),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("chat", TEXT, nullable=False),
        sa.Column("ref", TEXT, nullable=False, server_default=""),
        sa.Column("person", WHOLE, sa.ForeignKey("people.id", name="fk_messages_person_people")),
        sa.Column("direction", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False, server_default="message"),
        sa.Column("text", TEXT, nullable=False, server_default=""),
        sa.Column("outbox", WHOLE),
        sa.Column("peer_id", WHOLE),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
    )
    op.create_index(
        "ix_messages_channel_account_chat_ref", "messages", ["channel", "account", "chat", "ref"]
    )
    op.create_index("ix_messages_outbox", "messages", ["outbox"])
    op.create_index("ix_messages_peer_id", "messages", ["peer_id"])
    op.create_index("ix_messages_ticket", "messages", ["ticket"])


def _watchers() -> None:
    op.create_table(
        "watchers",
        sa.Column(
            "ticket",
            WHOLE,
            sa.ForeignKey("tickets.number", name="fk_watchers_ticket_tickets"),
            nullable=False,
            autoincrement=False,
        ),
        sa.Column(
            "person",
            WHOLE,
            sa.ForeignKey("people.id", name="fk_watchers_person_people"),
            nullable=False,
            autoincrement=False,
        ),
        sa.Column(
            "conversation",
            WHOLE,
            sa.ForeignKey("conversations.id", name="fk_watchers_conversation_conversations"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("ticket", "person", name="pk_watchers"),
    )
