import pytest
from pydantic import ValidationError

from directory.errors import BadSetting
from directory.settings import described, read_settings, unknown_variables


def test_without_any_variable_the_graph_is_embedded_and_only_this_machine_is_served() -> None:
    settings = read_settings({})

    assert (settings.graph, settings.embedded_folder) == ("embedded:./directory-graph", "./directory-graph")
    assert (settings.host, settings.port, settings.locale) == ("127.0.0.1", 8000, "en")


def test_each_described_setting_can_be_given_its_own_default() -> None:
    defaults = {fact.name: fact.default for fact in described() if fact.default not in ("none", "random at each start")}

    settings = read_settings(defaults)

    assert settings.model_copy(update={"secret": None}) == read_settings({}).model_copy(update={"secret": None})


def test_every_setting_is_described_once_with_a_meaning() -> None:
    names = [fact.name for fact in described()]

    assert len(names) == len(set(names))
    assert all(name.startswith("DIRECTORY_") for name in names)
    assert [fact for fact in described() if not fact.meaning.rstrip(".").strip() or not fact.default] == []
    assert {"DIRECTORY_GRAPH", "DIRECTORY_GRAPH_PASSWORD", "DIRECTORY_LIMIT_DEPTH"} <= set(names)


def test_the_limits_are_those_of_the_api() -> None:
    limits = read_settings({}).limits

    assert (limits.body, limits.url, limits.headers) == (256 << 10, 8 << 10, 16 << 10)
    assert (limits.tokens, limits.fragments, limits.depth, limits.introspection_depth) == (2_000, 50, 12, 15)
    assert (limits.fields, limits.aliases, limits.directives, limits.mutations) == (400, 30, 20, 5)
    assert (limits.cost, limits.cost_per_minute, limits.cost_per_minute_anonymous) == (10_000, 20_000, 2_000)
    assert (limits.page, limits.default_page, limits.in_list) == (100, 20, 100)
    assert (limits.where_depth, limits.where_predicates) == (4, 30)
    assert (limits.errors, limits.variable_depth) == (20, 20)
    assert (limits.socket_init_wait, limits.socket_frame) == (3.0, 64 << 10)
    assert (limits.socket_subscriptions, limits.sockets_per_user) == (20, 5)
    assert (limits.search_window, limits.path_length) == (1_000, 8)
    assert (limits.neighbourhood_depth, limits.neighbourhood_nodes) == (3, 500)
    assert (read_settings({}).statement_timeout, read_settings({}).request_timeout) == (5.0, 10.0)


def test_variables_are_read_and_empty_ones_count_as_absent() -> None:
    settings = read_settings(
        {
            "DIRECTORY_GRAPH": "neo4j+s://graph.example.org:7687",
            "DIRECTORY_GRAPH_PASSWORD": "",
            "DIRECTORY_PORT": "0",
            "DIRECTORY_PLANS": "off",
            "DIRECTORY_STATEMENT_TIMEOUT": "2.5",
            "DIRECTORY_LIMIT_DEPTH": "9",
            "PATH": "/bin",
        }
    )

    assert (settings.graph, settings.embedded_folder) == ("neo4j+s://graph.example.org:7687", None)
    assert (settings.graph_password, settings.port, settings.plans) == (None, 0, False)
    assert (settings.statement_timeout, settings.limits.depth) == (2.5, 9)


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("DIRECTORY_PORT", "80x", "'80x'"),
        ("DIRECTORY_PORT", "70000", "65535"),
        ("DIRECTORY_GRAPH", "http://localhost", "neither embedded:FOLDER nor"),
        ("DIRECTORY_GRAPH", "embedded:", "neither embedded:FOLDER nor"),
        ("DIRECTORY_GRAPH", "bolt://", "neither embedded:FOLDER nor"),
        ("DIRECTORY_LOCALE", "xx", "'fr'"),
        ("DIRECTORY_LOG_LEVEL", "loud", "'warning'"),
        ("DIRECTORY_EMBEDDED_MEMORY", "lots", "512m"),
        ("DIRECTORY_STATEMENT_TIMEOUT", "nan", "finite"),
        ("DIRECTORY_STATEMENT_TIMEOUT", "0", "greater than 0"),
        ("DIRECTORY_WARM_PLANS", "perhaps", "boolean"),
        ("DIRECTORY_LIMIT_DEPTH", "-1", "greater than or equal to 1"),
    ],
)
def test_a_bad_value_gives_one_sentence_that_names_the_variable(variable: str, value: str, says: str) -> None:
    with pytest.raises(BadSetting) as caught:
        read_settings({variable: value})

    assert caught.value.variable == variable
    assert str(caught.value).startswith(f"{variable} cannot be {value!r}: ")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [("DIRECTORY_SECRET", "too-short"), ("DIRECTORY_GRAPH", "neo4j://admin:hunter2@localhost")],
)
def test_a_secret_is_not_repeated_when_it_is_refused(variable: str, value: str) -> None:
    with pytest.raises(BadSetting) as caught:
        read_settings({variable: value})

    assert value not in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_short_secret_is_told_how_long_it_has_to_be() -> None:
    with pytest.raises(BadSetting, match=r"it should have at least 16 characters, not 9\."):
        read_settings({"DIRECTORY_SECRET": "too-short"})


def test_secrets_are_never_printed() -> None:
    settings = read_settings({"DIRECTORY_SECRET": "s3cret-s3cret-s3cret", "DIRECTORY_GRAPH_PASSWORD": "hunter2hunter2"})

    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert "s3cret" not in shown
        assert "hunter2" not in shown


def test_a_secret_that_nobody_chose_is_long_random_and_known_to_be() -> None:
    one, other = read_settings({}), read_settings({})
    chosen = read_settings({"DIRECTORY_SECRET": "s3cret-s3cret-s3cret"})

    assert one.secret_is_random
    assert one.secret.get_secret_value() != other.secret.get_secret_value()
    assert len(one.secret.get_secret_value()) >= 32
    assert not chosen.secret_is_random


def test_settings_never_change() -> None:
    settings = read_settings({})

    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]


def test_a_mistyped_variable_is_named_with_the_one_it_may_have_meant() -> None:
    strangers = unknown_variables({"DIRECTORY_PROT": "1", "DIRECTORY_ZZZZZZZZ": "", "DIRECTORY_PORT": "1", "HOME": "/"})

    assert strangers == {"DIRECTORY_PROT": "DIRECTORY_PORT", "DIRECTORY_ZZZZZZZZ": None}
