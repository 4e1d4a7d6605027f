"""The rules of CONVERSATIONS that a text can break by itself: U5 to U8, U10, U22, U23, U27."""

import re
import unicodedata

import pytest

from tests.wording.texts import BOTH, entries, far_reader, filled, to_clients

QUESTION, RECEIPT, REFUSAL, ANY = 160, 320, 420, 1000
LABEL, TITLE, DESCRIPTION, TOAST = 20, 24, 72, 200
LINES = 6
LONG_RECEIPTS = dict.fromkeys(
    ("ticket.opened_closed_hours", "ticket.opened_closed_channels", "ticket.opened_queue"), 480
)
NOTHING_TO_DO = re.compile(r"no tiene que|need not|nothing (else )?you need to do", re.I)
TIMES = re.compile(r"\{\w+:(by|when|hour|short|date)\}")
INFORMAL = re.compile(
    r"\b(?:[Tt]us?|[Tt]e|[Tt]i|[Cc]ontigo|[Tt]ienes|[Pp]uedes|[Qq]uieres|[Dd]ime|[Cc]uéntame|"
    r"[Vv]os|[Qq]uerés|[Tt]enés|[Pp]odés|[Nn]ecesitas|Escribe|Escríbeme|Envía|Elige|Mira|Haz|Pulsa)\b"
)
BLAME = (
    "mal uso", "error suyo", "moros", "incumpli", "desconocimiento", "adeuda",
    "lamentamos los inconvenientes", "misuse", "your mistake", "your error", "default of payment",
)  # fmt: skip


@pytest.mark.parametrize("language", BOTH)
def test_no_text_leaves_the_client_without_a_next_step(language: str) -> None:
    """U5: a time, a button, a question, or "there is nothing you need to do"."""
    stuck = [
        entry.key
        for entry in to_clients(language)
        if not entry.is_part
        and not entry.buttons
        and not TIMES.search(entry.text)
        and not NOTHING_TO_DO.search(entry.text)
        and "?" not in entry.text
        and not entry.key.startswith(("ticket.row.", "ticket.reason.", "closed."))
    ]
    assert stuck == []


@pytest.mark.parametrize("language", BOTH)
def test_no_message_to_a_client_is_longer_than_its_kind_allows(language: str) -> None:
    """U6, with the longest legal facts and a reader in another zone."""
    words = far_reader(language)
    long = {e.key: len(filled(words, e)) for e in to_clients(language)}
    assert {k: n for k, n in long.items() if n > _most(k)} == {}


@pytest.mark.parametrize("language", BOTH)
def test_no_message_to_a_client_has_more_than_six_lines(language: str) -> None:
    tall = {e.key: e.text.count("\n") + 1 for e in to_clients(language)}
    assert {key: lines for key, lines in tall.items() if lines > LINES} == {}


@pytest.mark.parametrize("language", BOTH)
def test_labels_fit_their_buttons(language: str) -> None:
    """U7."""
    labels = {e.key: e.text for e in entries(language) if e.key.startswith("label.")}
    assert {k: t for k, t in labels.items() if len(t) > LABEL} == {}
    vague = {"ok", "aceptar", "continuar", "accept", "continue", "sí", "yes", "no"}
    assert {k: t for k, t in labels.items() if t.lower() in vague} == {}


@pytest.mark.parametrize("language", BOTH)
def test_the_same_label_is_always_the_same_act(language: str) -> None:
    """U8: two label keys never read alike."""
    seen: dict[str, str] = {}
    for entry in entries(language):
        if entry.key.startswith("label."):
            assert _plain(entry.text) not in seen, (entry.key, seen.get(_plain(entry.text)))
            seen[_plain(entry.text)] = entry.key


@pytest.mark.parametrize("language", BOTH)
def test_form_titles_and_labels_fit_a_modal(language: str) -> None:
    words = far_reader(language)
    long = {
        entry.key: text
        for entry in entries(language)
        if re.fullmatch(r"form\.\w+\.(title|submit|\w+)|form\.cancel", entry.key)
        and not entry.key.endswith(("_hint", ".intro"))
        and ".fault." not in entry.key
        and len(text := filled(words, entry)) > TITLE
    }
    assert long == {}


@pytest.mark.parametrize("language", BOTH)
def test_descriptions_of_rows_and_toasts_fit(language: str) -> None:
    words = far_reader(language)
    for entry in entries(language):
        if entry.key.startswith("ticket.row."):
            assert len(filled(words, entry)) <= DESCRIPTION, entry.key
        if entry.key.startswith(("toast.", "staff_refusal.")) or entry.key.endswith(".toast"):
            assert len(filled(words, entry)) <= TOAST, entry.key


@pytest.mark.parametrize("language", BOTH)
def test_a_promise_is_of_an_answer_and_names_its_source(language: str) -> None:
    """U10: never a solution by an hour."""
    receipts = [e for e in to_clients(language) if e.key.startswith("ticket.opened")]
    assert receipts
    for entry in receipts:
        assert "{clause:clause}" in entry.text, entry.key
        assert not re.search(r"soluci|solution|solve", entry.text), entry.key


def test_clients_are_addressed_as_usted() -> None:
    """U22."""
    found = {e.key: INFORMAL.findall(e.text) for e in entries("es")}
    assert {key: words for key, words in found.items() if words} == {}


@pytest.mark.parametrize("language", BOTH)
def test_bad_news_blames_nobody(language: str) -> None:
    """U23."""
    for entry in to_clients(language):
        told = entry.text.lower()
        assert not [word for word in BLAME if word in told], entry.key
        assert len(re.findall(r"lament|i am sorry", told)) <= 1, entry.key


@pytest.mark.parametrize("language", BOTH)
def test_texts_can_be_read_aloud(language: str) -> None:
    """U27: at most one emoji, at the start; no "#1042"; no capitals but a priority's name."""
    for entry in entries(language):
        if entry.key.startswith("moment.date"):  # a pattern, not words
            continue
        emoji = [i for i, char in enumerate(entry.text) if unicodedata.category(char) == "So"]
        assert len(emoji) <= 1, entry.key
        if entry.key.startswith(("thread.client_wrote_file",)):
            continue
        assert all(i == 0 for i in emoji), entry.key
        assert "#" not in entry.text, entry.key
        shouted = set(re.findall(r"\b[A-ZÁÉÍÓÚÑ]{4,}\b", entry.text))
        assert shouted <= {"POR", "VENCER", "VENCIDO", "LATE", "SOON"}, entry.key


@pytest.mark.parametrize("language", BOTH)
def test_no_emoji_in_what_clients_read(language: str) -> None:
    for entry in to_clients(language):
        assert not [c for c in entry.text if unicodedata.category(c) == "So"], entry.key


def _most(key: str) -> int:
    if key in LONG_RECEIPTS:
        return LONG_RECEIPTS[key]
    for start, most in (
        ("intake.ask.", QUESTION),
        ("ticket.opened", RECEIPT),
        ("refusal.", REFUSAL),
        ("first.consent_policy", REFUSAL),
        ("first.consent", 350),
        ("ticket.breach_client", 300),
        ("ticket.escalated_client", 320),
        ("ticket.reminder", 300),
        ("nontext.", TOAST),
    ):
        if key.startswith(start):
            return most
    return 700


def _plain(label: str) -> str:
    decomposed = unicodedata.normalize("NFKD", label.casefold())
    return "".join(char for char in decomposed if char.isalnum())
