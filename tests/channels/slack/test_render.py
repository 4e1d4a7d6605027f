"""Letters as Slack's calls: every limit kept, every word there, no word of a person alive."""

import json
import re
from collections.abc import Iterator
from functools import partial
from operator import mul
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels.call import Call
from bot.channels.slack.render import render, view
from bot.channels.slack.text import clean, readable
from handlers.letters.letter import (
    Card,
    Choice,
    Field,
    FormView,
    Letter,
    LetterFile,
    Span,
    Text,
    plain,
)
from scheduler.channel import Delivery, Place
from tests.platforms.slack_rules import check_blocks, check_message, check_parameters, check_view

HOSTILE = [
    "<!channel>",
    "<!here|here>",
    "<@U0ANA>",
    "<!subteam^S1|@all>",
    "<http://evil.example|el banco>",
    "*_[](tg://user?id=1)",
    "<b>negrita</b>",
    "@everyone @channel #general",
    "&lt;!channel&gt; &amp;",
    "`code` ```block``` > cita\n> cita",
    ":fire: :+1:",
    "/ticket nuevo",
    "nul\x00 sub\x1a esc\x1b[31m",
    "solo \ud83d surrogate",
    "\u202egnp.exe",
    "z\u200bw\u200dj\ufeff",
    "👩‍👩‍👧‍👦" * 50,
    "e" + "\u0301" * 300,
]
user_text = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=60),
    st.text(alphabet="<>&*_~`|!@#:/ \nñé👍\u200d", max_size=400),
    st.text(min_size=1, max_size=8).map(partial(mul, 400)),
)
spans = st.builds(Span, user_text, st.booleans(), st.booleans(), st.booleans())
texts = st.lists(spans, max_size=6).map(tuple)
codes = st.text(alphabet="atc:abcdefgh0123456789-", min_size=1, max_size=64)
choices = st.builds(
    Choice,
    code=codes,
    label=st.text(max_size=90),
    description=st.text(max_size=90),
    style=st.sampled_from(["", "primary", "danger"]),
)
cards = st.builds(
    Card,
    number=st.integers(1, 99999),
    title=texts,
    lines=st.lists(texts, max_size=9).map(tuple),
    tone=st.sampled_from(["high", "late", "closed"]),
    buttons=st.lists(choices, max_size=6).map(tuple),
    menu=st.lists(choices, max_size=12).map(tuple),
    menu_label=st.just("Más…"),
)
letters = st.builds(
    Letter,
    text=texts,
    fallback=user_text,
    choices=st.lists(choices, max_size=30).map(tuple),
    listed=st.sampled_from(["", "Ver las opciones"]),
    card=st.one_of(st.none(), cards),
    blocks=st.lists(texts, max_size=4).map(tuple),
)


def calls(letter: Letter, **place: str | None) -> list[Call]:
    where = Place(account="T0HOME", chat="C0DESK", **place)
    return render(Delivery(outbox_id=7, attempt=1, place=where, letter=letter))


def said(text: str) -> Letter:
    return Letter(text=(Span(text),), fallback=text)


def runs(value: Any) -> Iterator[dict[str, Any]]:
    """Every element with a type, at any depth: what a reader of Block Kit would look at."""
    if isinstance(value, dict):
        if "type" in value:
            yield value
        for inner in value.values():
            yield from runs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from runs(inner)


def shown(made: list[Call]) -> str:
    """The words of all rich text, as a reader sees them."""
    return "".join(
        run["text"]
        for call in made
        for run in runs(call.params.get("blocks", []))
        if run["type"] == "text"
    )


LIVE = frozenset(
    {"user", "usergroup", "broadcast", "link", "channel", "emoji", "mrkdwn", "markdown"}
)


@pytest.mark.fault("F37")
@given(letters)
@example(Letter(text=(), fallback="\x1f"))  # nothing of it can be seen: nothing is sent
@example(Letter(text=(), fallback="x" * 5_000))
def test_every_message_keeps_slacks_limits(letter: Letter) -> None:
    """F37, against the rules of the local Slack, which are the SDK's models and the documents'."""
    for call in calls(letter):
        check_parameters(call.method, call.params, as_json=True)
        check_message(call.params)
        assert len(call.params["text"]) <= 4000
        json.dumps(call.params).encode()


@pytest.mark.fault("F19")
@given(letters)
def test_nothing_a_person_wrote_is_alive(letter: Letter) -> None:
    """F19, G11."""
    for call in calls(letter):
        assert not {one["type"] for one in runs(call.params["blocks"])} & LIVE
        assert not re.search(r"<[^>]*>|<", call.params["text"])
        assert call.params["parse"] == "none"
        assert "link_names" not in call.params


@given(texts, st.lists(texts, max_size=3).map(tuple))
def test_the_words_arrive_whole_and_in_order(text: Text, more: tuple[Text, ...]) -> None:
    made = calls(Letter(text=text, blocks=more))
    wanted = "".join(clean(plain(one)) for one in (text, *more))
    assert "".join(shown(made).split()) == "".join(wanted.split())


@given(user_text)
def test_the_notification_reads_back_as_the_same_words(text: str) -> None:
    made = calls(Letter(text=(Span("x"),), fallback=text))
    back = re.sub("&(amp|lt|gt);", lambda one: readable(one[0]), made[0].params["text"])
    wanted = clean(text).strip() or "x"
    assert back == wanted or (back.endswith("…") and wanted.startswith(back[:-1].rstrip()))


@given(st.lists(choices, min_size=1, max_size=60).map(tuple), st.sampled_from(["", "Ver"]))
def test_every_choice_can_be_pressed(offered: tuple[Choice, ...], listed: str) -> None:
    made = calls(Letter(text=(Span("¿?"),), choices=offered, listed=listed))
    found: list[str] = []
    for call in made:
        for block in call.params["blocks"]:
            for element in block["elements"] if block["type"] == "actions" else ():
                found += [one["value"] for one in element.get("options", [element])]
    assert found == [one.code for one in offered]


def test_a_long_text_is_cut_between_words_and_never_inside_an_emoji() -> None:
    family = "👩‍👩‍👧‍👦"
    made = calls(said("palabra " * 700 + family * 700))
    whole = [
        run["text"] for call in made for run in runs(call.params["blocks"]) if run["type"] == "text"
    ]
    assert len(whole) > 5
    for one in whole:
        assert one.count("👩") == one.count("👦") * 2
        assert not one.startswith(("\u200d", "labra"))


def test_the_fallback_stands_in_for_a_letter_without_text() -> None:
    (call,) = calls(Letter(fallback="Caso 1042: hay <novedad>"))
    assert call.params["text"] == "Caso 1042: hay &lt;novedad&gt;"
    assert shown([call]) == "Caso 1042: hay <novedad>"
    assert calls(Letter()) == []


CARD = Card(
    number=1042,
    title=(Span("1042 · PACS, no pasan imágenes · Clínica Lago Gris (CO, Silver)"),),
    lines=(
        (Span("🟥 ALTA", bold=True), Span(" por catálogo · responder antes de hoy 3:12 p. m.")),
        (Span("Marta R.: «en la sala 2 <!channel>»"),),
        (Span("Sin dueño"),),
    ),
    tone="high",
    buttons=(
        Choice(code="t:claim:1042:new:-", label="Tomar", style="primary"),
        Choice(code="t:assign:1042:new:-", label="Asignar"),
    ),
    menu=(Choice(code="t:note:1042:new:-", label="Nota"),),
    menu_label="Más…",
)


def test_a_card_has_head_lines_and_one_row_of_acts() -> None:
    (call,) = calls(Letter(card=CARD, fallback="Caso 1042, alta"))
    head, lines, acts = call.params["blocks"]
    assert head["text"]["text"].startswith("1042 · PACS")
    assert head["block_id"] == "card:1042:high"
    assert "🟥 ALTA por catálogo" in shown([call])
    assert {"type": "text", "text": "🟥 ALTA", "style": {"bold": True}} in list(runs(lines))
    assert [one["type"] for one in acts["elements"]] == ["button", "button", "overflow"]
    assert call.params["text"] == "Caso 1042, alta"
    assert call.params["metadata"]["event_payload"] == {"letter": 7, "part": 0}


def test_a_menu_of_many_says_what_it_is() -> None:
    menu = tuple(Choice(code=f"t:x{at}:1", label=f"Acto {at}") for at in range(6))
    card = Card(number=1, title=(Span("1"),), lines=(), tone="low", menu=menu, menu_label="Más…")
    (call,) = calls(Letter(card=card))
    (element,) = call.params["blocks"][1]["elements"]
    assert (element["type"], element["placeholder"]["text"]) == ("static_select", "Más…")


def test_a_table_keeps_its_columns_and_a_link_its_address() -> None:
    table = (Span("Resumen", bold=True), Span("\n"), Span("a   1\nbb  2", code=True))
    link = Choice(code="", label="CSV", url="https://desk.example/r.csv")
    (call,) = calls(Letter(text=table, choices=(link,)))
    rich, acts = call.params["blocks"]
    assert [one["type"] for one in rich["elements"]] == [
        "rich_text_section",
        "rich_text_preformatted",
    ]
    assert acts["elements"][0]["url"] == "https://desk.example/r.csv"
    check_blocks(call.params["blocks"], "message")


def test_place_decides_the_method() -> None:
    assert calls(said("x"), thread="1.1")[0].params["thread_ts"] == "1.1"
    whisper = calls(said("x"), only="T0OTHER/U0ANA", thread="1.1")[0]
    assert (whisper.method, whisper.params["user"]) == ("chat.postEphemeral", "U0ANA")
    assert "metadata" not in whisper.params
    edit = calls(Letter(text=(Span("x"),), edits="1.2"), thread="1.1")[0]
    assert (edit.method, edit.params["ts"]) == ("chat.update", "1.2")
    assert "thread_ts" not in edit.params
    assert [one.method for one in calls(Letter(deletes="1.2"))] == ["chat.delete"]
    assert calls(Letter(reacts=("1.2", "🔒")))[0].params["name"] == "lock"
    assert calls(Letter(reacts=("1.2", ":party_parrot:")))[0].params["name"] == "party_parrot"


def test_files_follow_the_words_and_a_private_one_stays_private() -> None:
    chart = LetterFile(kind="photo", name="c.png", content=b"x", alt="94 % a tiempo")
    words, upload = calls(Letter(text=(Span("x"),), files=(chart,)), thread="1.1")
    assert (words.method, upload.method) == ("chat.postMessage", "files.completeUploadExternal")
    assert upload.params["files"] == [{"id": "attach://0", "title": "94 % a tiempo"}]
    assert (upload.params["channel_id"], upload.params["thread_ts"]) == ("C0DESK", "1.1")
    assert upload.files == (chart,)
    private = calls(Letter(files=(chart,)), only="U0ANA", thread="1.1")[0]
    assert private.params["channel_id"] == "U0ANA"
    assert "thread_ts" not in private.params


fields = st.builds(
    Field,
    name=st.uuids().map(str),
    label=st.text(max_size=300),
    kind=st.sampled_from(["line", "text", "choice", "check"]),
    value=st.text(max_size=100),
    options=st.lists(choices, max_size=40, unique_by=lambda one: one.code).map(tuple),
    optional=st.booleans(),
    hint=st.text(max_size=400),
    limit=st.integers(-5, 9000),
)
forms = st.builds(
    FormView,
    form=st.sampled_from(["resolve", "escalate"]),
    version=st.integers(1, 9),
    title=st.text(max_size=60),
    submit=st.text(max_size=60),
    cancel=st.text(max_size=60),
    fields=st.lists(fields, max_size=8).map(tuple),
    intro=texts,
    meta=st.just({"ticket": 1042}),
)


@pytest.mark.fault("F37")
@given(forms)
def test_every_form_is_a_modal_that_slack_takes(form: FormView) -> None:
    made = view(form)
    check_view(made)
    kept = json.loads(made["private_metadata"])
    assert kept == {"form": form.form, "version": form.version, "meta": {"ticket": 1042}}


@given(letters)
def test_every_letter_makes_a_home_that_slack_takes(letter: Letter) -> None:
    home = Letter(text=letter.text, blocks=letter.blocks, choices=letter.choices, home=True)
    (call,) = calls(home)
    check_parameters(call.method, call.params, as_json=True)
    check_view(call.params["view"])


def test_a_form_keeps_what_was_answered() -> None:
    levels = tuple(Choice(code=str(at), label=f"Nivel {at}") for at in range(1, 7))
    made = view(
        FormView(
            form="escalate",
            version=1,
            title="Escalar el caso 1042 ya mismo",
            submit="Escalar",
            cancel="Volver",
            fields=(
                Field(name="level", label="Nivel", kind="choice", options=levels, value="3"),
                Field(name="who", label="¿Quién?", kind="choice", options=levels[:2], value="2"),
                Field(name="need", label="¿Qué necesita?", kind="line", value="revisar", limit=200),
                Field(name="tell", label="Avisar al cliente", kind="check", value="yes"),
            ),
        )
    )
    elements = [one["element"] for one in made["blocks"]]
    assert [one["type"] for one in elements] == [
        "static_select",
        "radio_buttons",
        "plain_text_input",
        "checkboxes",
    ]
    assert elements[0]["initial_option"]["value"] == "3"
    assert elements[1]["initial_option"]["value"] == "2"
    assert (elements[2]["initial_value"], elements[2]["max_length"]) == ("revisar", 200)
    assert elements[3]["initial_options"][0]["value"] == "yes"
    assert made["title"]["text"] == "Escalar el caso 1042…"


@pytest.mark.fault("F37")
def test_what_is_very_much_is_split_and_what_is_too_many_is_grouped() -> None:
    """F37: 40,000 characters with an emoji at every cut, 120 rows, 150 options."""
    rows = tuple(
        Choice(code=f"a:1:q:{at}", label=f"Fila {at}", description="d" * 72) for at in range(120)
    )
    made = calls(Letter(text=(Span("00𐀀𐀀𐀀𐀀" * 7000),), choices=rows, listed="Ver"))
    for call in made:
        check_message(call.params)
    assert shown(made) == "00𐀀𐀀𐀀𐀀" * 7000
    many = tuple(Choice(code=str(at), label=f"Opción {at}") for at in range(150))
    kind = Field(name="what", label="Tipo", kind="choice", options=many, value="149")
    form = FormView(form="f", version=1, title="t", submit="s", cancel="c", fields=(kind,))
    check_view(view(form))
    element = view(form)["blocks"][0]["element"]
    assert [len(one["options"]) for one in element["option_groups"]] == [100, 50]
    assert element["initial_option"]["value"] == "149"


def test_a_meta_that_does_not_fit_is_a_bug_told_at_once() -> None:
    form = FormView(
        form="x", version=1, title="x", submit="x", cancel="x", fields=(), meta={"a": "b" * 3000}
    )
    with pytest.raises(ValueError, match="meta"):
        view(form)
