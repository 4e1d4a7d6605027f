"""A guide with a picture of the screen that it speaks of."""

from pathlib import Path

import pytest

from handlers.letters.letter import plain
from kb.library import Library
from policy.pack import PACKS, load
from tests.letters.desk import Desk

PNG = b"\x89PNG\r\n\x1a\n"
GUIDE = """---
id: cargar-firma
policy: mine
title: Cargar bien la firma
picture: {picture}
---
1. Abra **Perfil**.
"""


def shelf(folder: Path, picture: str) -> Library:
    """The guides of an owner who has put one with a picture beside their pack."""
    (folder / "articles").mkdir()
    (folder / "articles" / "perfil.png").write_bytes(PNG)
    guide = folder / "articles" / "cargar-firma.es.md"
    guide.write_text(GUIDE.format(picture=picture), "utf-8")
    pack = folder / "mine.toml"
    pack.write_text((PACKS / "imexhs.toml").read_text("utf-8"), "utf-8")
    return Library.load(load(str(pack)))


def test_the_picture_goes_with_the_guide(desk: Desk, tmp_path: Path) -> None:
    desk.library = shelf(tmp_path, "perfil.png")
    letter = desk.letter("article", "article.body", facts={"article": "cargar-firma"})
    assert "1. Abra Perfil." in plain(letter.text)
    (picture,) = letter.files
    assert (picture.content, picture.mime, picture.alt) == (
        PNG,
        "image/png",
        "Cargar bien la firma",
    )


@pytest.mark.parametrize("name", ["gone.png", "../perfil.png", "perfil.exe"])
def test_a_picture_that_cannot_be_shown_is_a_fault(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no picture"):
        shelf(tmp_path, name)
