"""compose.yaml, Dockerfile and the door's file: read, since nothing here can run them."""

import fnmatch
import re
import tomllib
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.app import STOPPING
from bot.cli.up import ROLES
from bot.settings import NOT_YET, Settings

ROOT = Path(__file__).parents[2]
REPLICAS = ("web-1", "web-2", "worker-1", "worker-2")
OF_COMPOSE = {"DESK_PASSWORD", "DESK_DOMAIN"}  # asked for by the file itself
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")
HOST = re.compile(r"https?://(?!127\.0\.0\.1)|\b(?:pypi|index-url|docker\.io|ghcr|quay)\b")
PASSWORD = "PGPASSWORD"  # read by PostgreSQL's own library: nothing in it has to be encoded
ENVIRONMENT = {"DESK_PASSWORD": "s3cr@t/%41", "DESK_DOMAIN": "desk.example"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file as parsed, with nothing filled in."""
    return dict(yaml.safe_load((ROOT / "compose.yaml").read_text()))


def test_there_are_two_web_and_two_worker_replicas_of_one_image(compose: dict[str, Any]) -> None:
    services = compose["services"]
    commands = {name: services[name]["command"] for name in REPLICAS}
    assert set(services) == {"database", "door", *REPLICAS}
    for name, command in commands.items():
        role = name.partition("-")[0]
        assert command == ["radica", "up", "--role", role]
        assert role in ROLES
        assert services[name]["image"] == "radica"
        assert services[name]["depends_on"]["database"]["condition"] == "service_healthy"
        assert "/readyz" in services[name]["healthcheck"]["test"][-1]


def test_every_setting_can_be_given_and_no_other_name(compose: dict[str, Any]) -> None:
    known = {str(field.validation_alias) for field in Settings.model_fields.values()}
    for name in REPLICAS:
        given = set(compose["services"][name]["environment"])
        assert given == known - set(NOT_YET) | {PASSWORD}
    asked = {found[0] for found in VARIABLE.findall((ROOT / "compose.yaml").read_text())}
    assert asked <= known | OF_COMPOSE


def test_what_the_file_sets_by_itself_is_a_desk_that_starts(compose: dict[str, Any]) -> None:
    """Filled in as compose does it, with a token beside: the settings add up."""
    given = compose["services"]["worker-1"]["environment"]
    filled = {name: _filled(str(value)) for name, value in given.items()}
    filled |= {"TELEGRAM_BOT_TOKEN": "123456789:" + "A" * 35}
    found = Settings.load(None, **{name: value for name, value in filled.items() if value})
    assert found.database_url.get_secret_value() == "postgresql://radica@database/radica"
    assert filled[PASSWORD] == "s3cr@t/%41"
    assert ip_address(found.host).is_unspecified
    assert (found.port, found.enrolment) == (8080, "invite")


def test_nobody_is_killed_before_the_desk_has_stopped(compose: dict[str, Any]) -> None:
    for name in REPLICAS:
        grace = compose["services"][name]["stop_grace_period"]
        assert float(grace.removesuffix("s")) >= STOPPING + 5
    assert "STOPSIGNAL SIGTERM" in (ROOT / "Dockerfile").read_text()


def test_the_door_knows_every_web_replica_and_lets_only_the_platforms_in(
    compose: dict[str, Any],
) -> None:
    door = (ROOT / "deploy" / "Caddyfile").read_text()
    web = [name for name in REPLICAS if name.startswith("web")]
    assert re.findall(r"reverse_proxy (.*) \{", door) == [" ".join(f"{n}:8080" for n in web)]
    assert re.findall(r"@hooks path (.*)", door) == ["/telegram/webhook /slack/events"]
    assert "health_uri /readyz" in door
    mounted = [volume.partition(":")[0] for volume in compose["services"]["door"]["volumes"]]
    assert "./deploy/Caddyfile" in mounted
    published = {name for name, one in compose["services"].items() if "ports" in one}
    assert published == {"door"}


def test_the_image_holds_all_of_radica_in_the_versions_that_were_tested() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    copied = [word for line in lines if line.startswith("COPY") for word in line.split()[1:-1]]
    copied = [word for word in copied if not word.startswith(("--", "/"))]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    build = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*build["packages"], *build["force-include"], project["project"]["readme"]}
    needed |= {*project["project"]["license-files"], "pyproject.toml", "requirements.lock"}
    assert needed <= set(copied)
    assert all((ROOT / name).exists() for name in copied)
    assert any("--require-hashes -r requirements.lock" in line for line in lines)
    kept = (ROOT / ".dockerignore").read_text().splitlines()
    assert {line.removeprefix("!") for line in kept if line.startswith("!")} == set(copied)
    assert any(fnmatch.fnmatch("var", line) for line in kept if not line.startswith(("!", "#")))


@pytest.mark.parametrize("name", ["compose.yaml", "Dockerfile", "deploy/Caddyfile"])
def test_no_file_names_where_packages_or_images_come_from(name: str) -> None:
    assert not HOST.search((ROOT / name).read_text())


def _filled(value: str) -> str:
    """As compose fills a value: the environment's, or what stands behind `:-`."""

    def found(match: re.Match[str]) -> str:
        name, sign, default = match.groups()
        return ENVIRONMENT.get(name, default if sign == "-" else "")

    return VARIABLE.sub(found, value)
