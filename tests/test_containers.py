"""Dockerfile and docker-compose.yml say the same as the settings: no container engine is needed to know."""

import re
import tomllib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from directory.settings import described, read_settings

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
APP, NEO4J = COMPOSE["services"]["app"], COMPOSE["services"]["neo4j"]
IMAGE_VARIABLES = dict(re.findall(r"(DIRECTORY_\w+)=(\S+)", DOCKERFILE))


def instruction(name: str) -> list[str]:
    return re.findall(rf"^{name}\s+(.*)$", DOCKERFILE, re.MULTILINE)


def test_the_image_has_a_python_that_the_project_accepts() -> None:
    (image,) = instruction("FROM")

    version = re.fullmatch(r"python:3\.(\d+)-slim-bookworm", image)

    assert version, "the embedded engine needs glibc 2.28: a slim Debian image, not Alpine"
    assert int(version[1]) >= int(PROJECT["project"]["requires-python"].removeprefix(">=3."))


def test_every_variable_of_the_containers_is_a_setting_with_a_good_value() -> None:
    known = {setting.name for setting in described()}
    given = IMAGE_VARIABLES | {name: str(value) for name, value in APP["environment"].items()}

    settings = read_settings({name: re.sub(r"\$\{.*\}", "", value) for name, value in given.items()})

    assert set(given) <= known
    assert (settings.host, settings.port) == ("0.0.0.0", 8000)
    assert settings.graph == "bolt://neo4j:7687"


def test_the_image_keeps_its_embedded_graph_in_its_volume() -> None:
    (volume,) = instruction("VOLUME")

    folder = read_settings(IMAGE_VARIABLES).embedded_folder

    assert folder is not None
    assert folder.startswith(f"{volume}/")


def test_one_port_is_the_default_the_image_exposes_and_compose_publishes() -> None:
    port = str(read_settings({}).port)

    assert instruction("EXPOSE") == [port] == [IMAGE_VARIABLES["DIRECTORY_PORT"]]
    assert APP["ports"] == [f"127.0.0.1:{port}:{port}"]


def test_both_start_the_same_command_which_the_project_installs() -> None:
    (command,) = instruction("CMD")

    assert yaml.safe_load(command) == APP["command"] == ["directory", "serve"]
    assert PROJECT["project"]["scripts"] == {"directory": "directory.cli:main"}


def test_the_image_copies_every_package_and_does_not_run_as_root() -> None:
    copied = {line.split()[0] for line in instruction("COPY")}

    assert set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) <= copied
    assert instruction("USER") == ["directory"]


def test_the_image_asks_readyz_for_its_health() -> None:
    (check,) = instruction("HEALTHCHECK")

    assert "/readyz" in check
    assert "DIRECTORY_PORT" in check


def test_the_app_waits_for_a_healthy_neo4j_of_the_line_that_the_tests_run() -> None:
    version = ElementTree.parse(ROOT / "tests/neo4j/pom.xml").getroot()
    tested = [each.text or "" for each in version.iter() if re.fullmatch(r"5\.26\.\d+", each.text or "")]

    assert NEO4J["image"] == "neo4j:5.26-community"
    assert tested, "tests/neo4j/pom.xml names a release of another line"
    assert "cypher-shell" in NEO4J["healthcheck"]["test"][1]
    assert APP["depends_on"] == {"neo4j": {"condition": "service_healthy"}}


def test_the_readme_names_what_compose_asks_for() -> None:
    asked = set(re.findall(r"(?<!\$)\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    (told,) = [each for each in (ROOT / "README.md").read_text().split("\n\n") if "docker compose up" in each]

    assert asked == set(re.findall(r"`(DIRECTORY_\w+|NEO4J_\w+)`", told))


def test_the_graph_is_kept_in_a_volume_and_its_password_is_asked_for() -> None:
    (volume,) = COMPOSE["volumes"]

    assert NEO4J["volumes"] == [f"{volume}:/data"]
    assert NEO4J["environment"]["NEO4J_AUTH"].startswith("neo4j/${DIRECTORY_GRAPH_PASSWORD:?")
    assert APP["environment"]["DIRECTORY_GRAPH_PASSWORD"].startswith("${DIRECTORY_GRAPH_PASSWORD:?")
    assert APP["environment"]["DIRECTORY_GRAPH_USER"] == "neo4j"


@pytest.mark.parametrize("service", [APP, NEO4J], ids=["app", "neo4j"])
def test_services_come_back_after_a_restart(service: dict[str, Any]) -> None:
    assert service["restart"] == "unless-stopped"
