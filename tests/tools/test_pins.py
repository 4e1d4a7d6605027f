"""The pins cover what is installed, and say nothing of where it came from."""

import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.pins import with_pins

PROJECT = Path(__file__).resolve().parents[2]


def pins() -> dict[str, list[Requirement]]:
    """Name to pins; a name may be pinned twice, under different markers."""
    table = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["uv"]
    found: dict[str, list[Requirement]] = {}
    for line in table["constraint-dependencies"]:
        requirement = Requirement(line)
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def needed(name: str, pinned: set[str], seen: set[str]) -> None:
    """Walk what an installed distribution asks for, on this machine."""
    if name in seen:
        return
    seen.add(name)
    for line in metadata.requires(name) or ():
        requirement = Requirement(line)
        child = canonicalize_name(requirement.name)
        wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if wanted and (child in pinned or installed(child)):
            needed(child, pinned, seen)


def installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def test_everything_the_project_needs_is_pinned_to_the_version_that_runs() -> None:
    by_name = pins()
    closure: set[str] = set()
    needed("radica", set(by_name), closure)
    for name in closure - {"radica"}:
        here = [p for p in by_name.get(name, []) if p.marker is None or p.marker.evaluate()]
        assert here, f"{name} is used but not pinned"
        assert all(p.specifier.contains(metadata.version(name)) for p in here), name


def test_no_pin_names_a_host() -> None:
    for name in ("pyproject.toml", "requirements.lock"):
        text = (PROJECT / name).read_text()
        assert "://" not in text, name


def test_the_hashed_file_holds_a_hash_for_each_version() -> None:
    text = (PROJECT / "requirements.lock").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(lines) > 50
    assert all("==" in line and "--hash=sha256:" in line for line in lines)


def test_writing_the_pins_twice_changes_nothing() -> None:
    project = '[tool.uv]\npython-downloads = "never"\n'
    once = with_pins(project, ["a==1", "b==2 ; python_full_version < '3.12'"])
    assert with_pins(once, ["a==1", "b==2 ; python_full_version < '3.12'"]) == once
    assert tomllib.loads(once)["tool"]["uv"]["constraint-dependencies"][0] == "a==1"
