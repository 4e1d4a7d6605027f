"""`radica kb check` finds what an owner may get wrong, and ends with 1 until it is mended."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import frontmatter
import pytest
from typer.testing import CliRunner, Result

from bot.cli.kb import app
from kb.library import BODY_LIMIT, Library
from policy.pack import PACKS, load

GUIDE = "cargar-firma"
SHELVES = {name: Library.load(load(name)) for name in ("imexhs", "sgm")}


@dataclass(frozen=True)
class Owner:
    """Somebody with a pack of their own and a folder of guides beside it."""

    folder: Path

    def pack(self, name: str, change: Callable[[str], str] = str) -> str:
        """A copy of a pack that ships, as its owner changed it."""
        file = self.folder / "mine.toml"
        file.write_text(change((PACKS / f"{name}.toml").read_text("utf-8")), "utf-8")
        return str(file)

    def guide(self, of: str, policy: str, language: str = "es", **changes: Any) -> None:
        """A guide that ships, put beside the pack with these changes ("text" is its body)."""
        found = SHELVES[policy].article(of, language)
        assert found is not None
        fields = {
            **{name: getattr(found, name) for name in ("id", "policy", "typology", "audience")},
            **{name: list(getattr(found, name)) for name in ("about", "checks", "phrases")},
            "title": found.title,
            "not_this": list(found.not_this),
        } | changes
        body = str(fields.pop("text", found.text))
        file = self.folder / "articles" / f"{fields['id']}.{language}.md"
        file.parent.mkdir(exist_ok=True)
        post = frontmatter.Post(body)
        post.metadata.update(fields)
        file.write_text(frontmatter.dumps(post, allow_unicode=True), "utf-8")

    def checks(self, pack: str, *options: str) -> Result:
        return CliRunner().invoke(app, ["check", "--policy", pack, *options])


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return Owner(tmp_path)


def test_the_packs_that_ship_are_in_order(owner: Owner) -> None:
    for name in ("imexhs", "sgm"):
        done = owner.checks(name)
        assert (done.exit_code, "0 findings" in done.stdout) == (0, True)


# The guide that its owner changed, what was changed, and what is said of it.
WRONG: list[tuple[str, dict[str, Any], str]] = [
    (
        "cambiar-remitente",
        {"text": "Pasa.\n\n1. Pulse.\n\n" + "x" * BODY_LIMIT},
        f"of {BODY_LIMIT} characters",
    ),
    ("dictar-por-voz", {"text": "1. Pulse **Dictar**."}, "what happens and why"),
    ("enlazar-imagenes", {"text": "Pasa.\n\n1. Pulse."}, "how to tell that it worked"),
    ("escribir-informes", {"text": "Pasa.\n\n1. Pulse."}, "when to open a case after all"),
    ("grabar-discos", {"text": "Fue por mal uso.\n\n1. Pulse."}, "blames the reader: 'mal uso'"),
    ("pacientes-duplicados", {"text": "Pasa, y no hay pasos."}, "0 steps, at most 5"),
    ("cambiar-nombre-estudio", {"text": "Pasa.\n\n1. Pulse."}, "does not say who may do it"),
    ("usar-el-ris", {"text": "Pasa.\n\n1. Vea [otra](no-hay)."}, "dead link 'no-hay'"),
    ("usar-el-visor", {"typology": "ris-usos"}, "unknown typology 'ris-usos'"),
    ("cambiar-datos-estudio", {"checks": ["antena"]}, "unknown check 'antena'"),
    ("corregir-datos-factura", {"audience": "todos"}, "an audience of 'todos'"),
    ("eliminar-estudio-pacs", {"title": "x" * 61}, "a title of 61 characters, at most 60"),
    ("corregir-numero-acceso", {"phrases": ["hice un lío"]}, "1 example phrases lead to it"),
]


def test_a_guide_that_misses_something_is_named(owner: Owner) -> None:
    for id, changes, _ in WRONG:
        owner.guide(id, "imexhs", **changes)
    done = owner.checks(owner.pack("imexhs"))
    told = done.stdout.splitlines()
    for id, _, problem in WRONG:
        assert any(one.startswith(f"{id}.es: ") and problem in one for one in told), (id, problem)
    assert done.exit_code == 1


def test_versions_of_a_guide_agree(owner: Owner) -> None:
    owner.guide(GUIDE, "imexhs", audience="administrator")
    done = owner.checks(owner.pack("imexhs"))
    assert f"{GUIDE}: its versions differ in typology, audience" in done.stdout
    assert done.exit_code == 1


def test_no_two_topics_share_a_phrase_or_one_that_reads_the_same(owner: Owner) -> None:
    phrases = [
        "Cómo enlazo una imagen con su orden",  # a guide's own
        "hay estudios en coerción",  # a fault's
        "reenvíen reporte firmado",  # a request's, in other forms of its words
    ]
    owner.guide(GUIDE, "imexhs", phrases=phrases)
    done = owner.checks(owner.pack("imexhs"))
    told = done.stdout
    assert "claimed by article:cargar-firma, article:enlazar-imagenes" in told
    assert "claimed by article:cargar-firma, typology:pacs-coercion" in told
    assert "reenvíen reporte firmado: of article:cargar-firma reads like" in told
    assert done.exit_code == 1


def test_a_guide_in_one_language_lacks_its_translation(owner: Owner) -> None:
    owner.guide(GUIDE, "imexhs", id="otra-firma", phrases=[f"cosa rara {n}" for n in range(12)])
    done = owner.checks(owner.pack("imexhs"))
    assert (done.exit_code, "otra-firma: no en version" in done.stdout) == (1, True)


def test_what_people_solve_themselves_needs_a_guide_that_is_there(owner: Owner) -> None:
    def lost(text: str) -> str:
        return text.replace(f'article = "{GUIDE}"', 'article = "la-firma"')

    done = owner.checks(owner.pack("imexhs", lost))
    assert "ris-firmas-formato: its guide 'la-firma' does not exist" in done.stdout
    assert done.exit_code == 1


def test_a_pack_that_sends_people_nowhere_is_not_even_read(owner: Owner) -> None:
    done = owner.checks(
        owner.pack("imexhs", lambda text: text.replace(f'article = "{GUIDE}"\n', ""))
    )
    assert done.exit_code == 2
    assert "misuse without an article" in done.stderr


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("---\nid: [firma\n---\nPasa.", "front matter cannot be read"),
        ("---\nid: otra\n---\nPasa.", "the id in the front matter is 'otra'"),
        ("---\nid: firma\n---\nPasa.", "the front matter lacks policy, title"),
    ],
)
def test_a_file_that_is_no_guide_is_told_in_a_sentence(
    owner: Owner, text: str, problem: str
) -> None:
    (owner.folder / "articles").mkdir()
    (owner.folder / "articles" / "firma.es.md").write_text(text, "utf-8")
    done = owner.checks(owner.pack("imexhs"))
    assert (done.exit_code, "firma.es.md: " in done.stderr) == (2, True)
    assert problem in done.stderr


def test_an_owner_has_phrases_of_their_own(owner: Owner) -> None:
    (owner.folder / "articles").mkdir()
    own = owner.folder / "articles" / "phrases.toml"
    block = (
        '[[typology]]\nid = "burner-revision"\nphrases = ["el cacharro de los discos ni prende"]\n'
    )
    own.write_text(block, "utf-8")
    pack = owner.pack("imexhs")
    assert owner.checks(pack).exit_code == 0
    told = CliRunner().invoke(app, ["match", "-p", pack, "el cacharro de los discos ni prende"])
    assert "burner-revision" in told.stdout or "reinstalación" in told.stdout
    own.write_text(block.replace("burner", "quemador"), "utf-8")
    done = owner.checks(pack)
    assert "articles/phrases.toml: unknown typology 'quemador-revision'" in done.stdout
    own.write_text("[[typology]]\nid = 'burner-revision'\n", "utf-8")
    assert "articles/phrases.toml: a block without 'phrases'" in owner.checks(pack).stderr


def test_what_the_client_checks_alone_is_in_a_guide(owner: Owner) -> None:
    for language in ("es", "en"):
        owner.guide("no-captura-foto", "sgm", language, checks=["fotoweb", "xampp"])
    done = owner.checks(owner.pack("sgm"))
    left = "biometricos-foto: no guide walks through the check 'compatibilidad'"
    assert (done.exit_code, left in done.stdout) == (1, True)
    assert "'fotoweb'" not in done.stdout
    assert "'flash-player'" not in done.stdout  # the desk's own


def test_phrases_for_what_the_pack_has_not_are_told(owner: Owner) -> None:
    def renamed(text: str) -> str:
        return text.replace('id = "burner-revision"', 'id = "grabador"').replace(
            'key = "backup"', 'key = "respaldo"'
        )

    done = owner.checks(owner.pack("imexhs", renamed))
    assert "phrases/imexhs.toml: unknown typology 'burner-revision'" in done.stdout
    assert "phrases/imexhs.toml: unknown notice 'backup'" in done.stdout
    assert "respaldo: no example phrase leads to it but its names" in done.stdout
    assert done.exit_code == 1


def test_a_near_copy_of_a_message_that_measures_is_listed(owner: Owner) -> None:
    ours = "Holaaa, en qué formato se sube la firma del radiologo???"
    messages = owner.folder / "messages.jsonl"
    rows = [{"text": said, "label": "misuse", "deflect": True} for said in ("va bien", ours)]
    messages.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    done = owner.checks("imexhs", "--against", str(messages))
    assert done.exit_code == 1
    (line,) = [one for one in done.stdout.splitlines() if one.startswith("article:cargar-firma")]
    assert "'en qué formato se sube la firma del radiólogo'" in line
