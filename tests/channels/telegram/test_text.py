"""Spans become text with entities in UTF-16 units; long text is split and nothing is torn."""

import unicodedata

import telegram.constants as official
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram import limits
from bot.channels.telegram.text import Passage, clean, lay, shortened, split, units
from handlers.letters.letter import Span, plain

signs = st.sampled_from("aé ñ\n.👍🏽👩‍💻́漢<>&*_[]()@/\u00a0𝒳")
pieces = st.text(signs, max_size=30)
spans = st.builds(Span, pieces, bold=st.booleans(), italic=st.booleans(), code=st.booleans())
texts = st.lists(spans, max_size=8).map(tuple)


def styles(passage: Passage) -> list[tuple[str, frozenset[str]]]:
    """Each sign with its styles, read back from the payload as Telegram would."""
    whole = passage.text.encode("utf-16-le")
    over: list[tuple[int, int, str]] = []
    for entity in passage.entities():
        start, end = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
        whole[start:end].decode("utf-16-le")  # raises where a surrogate pair is torn
        over.append((start, end, entity["type"]))
    at = 0
    read: list[tuple[str, frozenset[str]]] = []
    for sign in passage.text:
        kinds = frozenset(kind for start, end, kind in over if start <= at < end)
        read.append((sign, kinds))
        at += len(sign.encode("utf-16-le"))
    return read


def meant(text: tuple[Span, ...]) -> list[tuple[str, frozenset[str]]]:
    """Each sign with the styles its span asks for; over code lies nothing else."""
    wanted: list[tuple[str, frozenset[str]]] = []
    for span in text:
        on = {"bold": span.bold, "italic": span.italic}
        kinds = {"code"} if span.code else {kind for kind, yes in on.items() if yes}
        wanted += [(sign, frozenset(kinds)) for sign in span.text]
    return wanted


def seen(sign: str) -> bool:
    """Whether a sign leaves ink; parts without any are left out."""
    return not sign.isspace() and unicodedata.category(sign) != "Cf"


@given(texts)
def test_entities_read_back_give_the_same_spans(text: tuple[Span, ...]) -> None:
    passage = lay(text)
    assert passage.text == plain(text)
    assert styles(passage) == meant(text)


@given(texts, st.integers(min_value=40, max_value=80))
def test_parts_keep_every_visible_sign_its_style_and_the_limit(
    text: tuple[Span, ...], most: int
) -> None:
    parts = split(lay(text), most)
    assert all(0 < part.units <= most for part in parts)
    read = [one for part in parts for one in styles(part)]
    assert [one for one in read if seen(one[0])] == [one for one in meant(text) if seen(one[0])]


@given(texts, st.integers(min_value=1, max_value=60))
def test_a_mark_is_cut_only_if_it_is_longer_than_a_part(text: tuple[Span, ...], most: int) -> None:
    whole = lay(text)
    if any(units(whole.text[mark.start : mark.end]) > most for mark in whole.marks) or most < 2:
        return
    kept = sum(len(part.marks) for part in split(whole, most))
    assert kept <= len(whole.marks)


@given(st.text(min_size=1, max_size=40), st.integers(min_value=2, max_value=30))
def test_what_is_shortened_fits_and_says_so(text: str, most: int) -> None:
    short = shortened(text, most)
    assert units(short) <= most
    assert short == clean(text) or short.endswith("…")


@given(st.text(st.characters(codec=None), max_size=40))
def test_clean_text_can_be_encoded_and_holds_no_nul(text: str) -> None:
    kept = clean(text)
    kept.encode("utf-8")
    assert "\x00" not in kept


def test_a_lone_surrogate_becomes_the_replacement_sign_and_a_pair_is_joined() -> None:
    assert clean("a\ud83db") == "a\ufffdb"
    assert clean("\ud83d\udc4d") == "👍"


def test_a_long_text_is_cut_at_a_paragraph_then_a_line_then_a_word() -> None:
    text = "a" * 30 + "\n\n" + "b" * 5 + "\n" + "c" * 5 + " " + "d" * 30
    assert [part.text for part in split(lay([Span(text)]), 45)] == [
        "a" * 30 + "\n\n",
        "b" * 5 + "\n" + "c" * 5 + " " + "d" * 30,
    ]


def test_the_cut_moves_before_a_bold_word_that_would_be_torn() -> None:
    parts = split(lay([Span("x" * 36), Span("negrita larga", bold=True)]), 40)
    assert [part.text for part in parts] == ["x" * 36, "negrita larga"]
    assert [len(part.marks) for part in parts] == [0, 1]


def test_4097_signs_are_two_parts_and_40000_are_ten() -> None:
    assert [part.units for part in split(lay([Span("x" * 4097)]))] == [4096, 1]
    assert len(split(lay([Span("x" * 40_000)]))) == 10


def test_an_emoji_at_the_cut_stays_whole() -> None:
    family = "👩‍👩‍👧"
    first, second = split(lay([Span("x" * 4093 + family)]))
    assert first.text == "x" * 4093
    assert second.text == family


def test_4096_emoji_fit_in_two_messages_of_4096_units() -> None:
    assert [part.units for part in split(lay([Span("👍" * 4096)]))] == [4096, 4096]


def test_a_pile_of_combining_signs_does_not_stop_the_split() -> None:
    parts = split(lay([Span("e" + "\u0301" * 9000)]))
    assert sum(len(part.text) for part in parts) == 9001


def test_parts_without_a_visible_sign_are_left_out() -> None:
    assert [part.text.strip() for part in split(lay([Span("a" + "\n" * 9000 + "b")]))] == ["a", "b"]
    assert split(lay([Span("\u200b \u2060")])) == []


def test_the_limits_are_those_of_the_library() -> None:
    message, button = official.MessageLimit, official.InlineKeyboardButtonLimit
    markup, size = official.InlineKeyboardMarkupLimit, official.FileSizeLimit
    assert limits.TEXT == message.MAX_TEXT_LENGTH
    assert limits.CAPTION == message.CAPTION_LENGTH
    assert limits.ENTITIES == message.MESSAGE_ENTITIES
    assert limits.CALLBACK_BYTES == button.MAX_CALLBACK_DATA
    assert limits.BUTTONS == markup.TOTAL_BUTTON_NUMBER
    assert limits.BUTTONS_A_ROW == markup.BUTTONS_PER_ROW
    assert limits.ALBUM == official.MediaGroupLimit.MAX_MEDIA_LENGTH
    assert limits.TOAST == official.CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH
    assert limits.DOWNLOAD_BYTES == size.FILESIZE_DOWNLOAD
    assert limits.UPLOAD_BYTES == size.FILESIZE_UPLOAD
    assert limits.PHOTO_BYTES == size.PHOTOSIZE_UPLOAD
    assert limits.COMMANDS == official.BotCommandLimit.MAX_COMMAND_NUMBER
    assert limits.COMMAND_DESCRIPTION == official.BotCommandLimit.MAX_DESCRIPTION
    assert limits.DESCRIPTION == official.BotDescriptionLimit.MAX_DESCRIPTION_LENGTH
    assert limits.SHORT_DESCRIPTION == official.BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH
    assert limits.SECRET == official.WebhookLimit.MAX_SECRET_TOKEN_LENGTH


def test_every_reaction_that_is_offered_is_one_that_telegram_knows() -> None:
    known = {str(emoji.value) for emoji in official.ReactionEmoji}
    assert limits.REACTIONS.issubset(known)
    assert all(unicodedata.category(sign).startswith(("S", "M")) for sign in limits.REACTIONS)
