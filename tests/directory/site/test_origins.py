"""Pages of other origins: those that a setting names may read what is answered, the others may not."""

import httpx
import pytest

from directory.errors import BadSetting
from directory.settings import read_settings
from directory.site.app import Site, running, service_of
from directory.site.parts import Parts, parts

FRIEND, STRANGER, ANYBODY = "https://www.example.org", "https://elsewhere.example", "*"
ASKED = {"query": "{__typename}"}


@pytest.fixture(scope="session")
async def made(site: Site) -> Parts:
    """What every site of these tests is made of."""
    assert site.running is not None
    return await parts(site.running.directory)


def sharing(site: Site, made: Parts, origins: str) -> httpx.AsyncClient:
    """Somebody who asks a site with this setting."""
    given = read_settings({"DIRECTORY_ORIGINS": origins})
    shared = Site(site.settings.model_copy(update={"origins": given.origins}))
    assert site.running is not None
    shared.running = running(site.running.directory, service_of(made, shared.settings, shared.report))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=shared), base_url="http://test")


PAGES = [  # the setting, the origin of the page, what its browser is told
    ("", FRIEND, None),
    (FRIEND, FRIEND, FRIEND),
    (f"{STRANGER}, {FRIEND}", FRIEND, FRIEND),
    (FRIEND, STRANGER, None),
    (FRIEND, "http://www.example.org", None),
    (FRIEND, "null", None),
    (ANYBODY, STRANGER, "*"),
]


@pytest.mark.parametrize(("setting", "origin", "told"), PAGES)
async def test_a_page_reads_answers_where_its_origin_is_named(
    site: Site, made: Parts, setting: str, origin: str, told: str | None
) -> None:
    async with sharing(site, made, setting) as asking:
        answer = await asking.post("/graphql", json=ASKED, headers={"origin": origin})
        refused = await asking.post("/graphql", json={}, headers={"origin": origin})

    for each in (answer, refused):
        assert each.headers.get("access-control-allow-origin") == told
        assert "access-control-allow-credentials" not in each.headers
    assert answer.json()["data"] == {"__typename": "Query"}
    assert ("origin" in answer.headers["vary"].lower()) == bool(setting)


@pytest.mark.parametrize(("setting", "origin", "told"), PAGES)
async def test_a_preflight_is_answered_where_the_origin_is_named(
    site: Site, made: Parts, setting: str, origin: str, told: str | None
) -> None:
    wanted = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,apollo-require-preflight",
    }

    async with sharing(site, made, setting) as asking:
        answer = await asking.options("/graphql", headers=wanted)

    assert answer.headers.get("access-control-allow-origin") == told
    if told:
        assert answer.status_code == 200
        assert "authorization" in answer.headers["access-control-allow-headers"]
        assert "POST" in answer.headers["access-control-allow-methods"]


async def test_a_plain_get_is_for_pages_that_are_named(site: Site, made: Parts) -> None:
    async def status(setting: str) -> int:
        async with sharing(site, made, setting) as asking:
            headers = {"origin": FRIEND, "sec-fetch-site": "cross-site"}
            return (await asking.get("/graphql", params=ASKED, headers=headers)).status_code

    assert [await status(setting) for setting in ("", STRANGER, FRIEND, ANYBODY)] == [403, 403, 200, 200]


async def test_a_cache_is_told_when_no_page_asks_too(site: Site, made: Parts) -> None:
    async with sharing(site, made, FRIEND) as asking:
        answer = await asking.post("/graphql", json=ASKED)

    assert "Origin" in answer.headers["vary"]


def test_without_the_setting_nothing_stands_before_the_endpoint() -> None:
    site = Site(read_settings({}))

    assert site.answered == site.graphql


@pytest.mark.parametrize(
    "wrong", ["example.org", "https://example.org/", "https://example.org/path", "ftp://a.example"]
)
def test_what_is_no_origin_is_refused(wrong: str) -> None:
    with pytest.raises(BadSetting, match="is no origin"):
        read_settings({"DIRECTORY_ORIGINS": wrong})
