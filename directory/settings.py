"""Every setting: its name, its default, what it means; read from the environment once, at start."""

import difflib
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from directory.errors import BadSetting

PREFIX = "DIRECTORY_"
LIMIT_PREFIX = "DIRECTORY_LIMIT_"
SERVERS = ("neo4j://", "neo4j+s://", "neo4j+ssc://", "bolt://", "bolt+s://", "bolt+ssc://")


def graph_address(address: str) -> str:
    """The address as given, when it names a server or a folder."""
    scheme, _, folder = address.partition(":")
    if "@" in address and scheme != "embedded":
        raise ValueError("user and password go in DIRECTORY_GRAPH_USER and DIRECTORY_GRAPH_PASSWORD")
    if (scheme == "embedded" and folder) or re.match(rf"({'|'.join(map(re.escape, SERVERS))})[^/\s]+", address):
        return address
    raise ValueError("it is neither embedded:FOLDER nor the address of a server, such as neo4j://localhost:7687")


def web_origins(value: object) -> object:
    """The origins of a text where commas stand between them; anything else as it is."""
    return tuple(each.strip() for each in value.split(",") if each.strip()) if isinstance(value, str) else value


def known_origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    """The origins as browsers send them, when each is one, or a star."""
    return tuple(map(_origin, origins))


def _origin(origin: str) -> str:
    if origin == "*" or re.fullmatch(r"https?://([\w.-]+|\[[0-9A-Fa-f:]+\])(:\d{1,5})?", origin):
        return origin.lower()
    raise ValueError(f"{origin!r} is no origin, such as https://www.example.org: no path, no slash at the end")


def random_secret() -> SecretStr:
    """A secret until the graph is there, which keeps one."""
    return SecretStr(secrets.token_urlsafe(32))


GraphAddress = Annotated[str, AfterValidator(graph_address)]
Origins = Annotated[tuple[str, ...], BeforeValidator(web_origins), AfterValidator(known_origins)]
Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]


class Limits(BaseModel):
    """What one request may ask for. Sizes are in bytes, times in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    body: Count = Field(262_144, description="Largest request body, in bytes.")
    url: Count = Field(8_192, description="Longest URL, in bytes.")
    headers: Count = Field(16_384, description="Largest request headers together, in bytes.")
    document: Count = Field(32_768, description="Largest GraphQL document, in characters beside blanks and comments.")
    tokens: Count = Field(2_000, description="Most tokens in a GraphQL document.")
    fragments: Count = Field(50, description="Most fragments in a GraphQL document.")
    depth: Count = Field(12, description="Deepest selection in a query.")
    introspection_depth: Count = Field(15, description="Deepest selection in the standard introspection query.")
    fields: Count = Field(400, description="Most fields in a query, its fragments expanded.")
    aliases: Count = Field(30, description="Most aliases in a query.")
    directives: Count = Field(20, description="Most directives in a query.")
    mutations: Count = Field(5, description="Most root fields in a mutation.")
    cost: Count = Field(10_000, description="Highest cost of one operation: 1 a field, times its page size.")
    cost_per_minute: Count = Field(20_000, description="Cost a minute of somebody signed in.")
    cost_per_minute_anonymous: Count = Field(2_000, description="Cost a minute of an address that is not signed in.")
    page: Count = Field(100, description="Largest page of a list.")
    default_page: Count = Field(20, description="Page size when the question names none.")
    in_list: Count = Field(100, description="Most values in one `in` of a filter.")
    where_depth: Count = Field(4, description="Deepest nesting of a filter.")
    where_predicates: Count = Field(30, description="Most predicates in a filter.")
    errors: Count = Field(20, description="Most errors in one answer.")
    variable_depth: Count = Field(20, description="Deepest nesting of the variables.")
    socket_init_wait: Seconds = Field(3.0, description="Seconds a WebSocket may take to say connection_init.")
    socket_frame: Count = Field(65_536, description="Largest WebSocket frame, in bytes.")
    socket_subscriptions: Count = Field(20, description="Most subscriptions on one WebSocket.")
    sockets_per_user: Count = Field(5, description="Most WebSockets of one user, or of one address not signed in.")
    search_window: Count = Field(1_000, description="Most hits of a search that can be paged through.")
    path_length: Count = Field(8, description="Longest path between two items.")
    neighbourhood_depth: Count = Field(3, description="How far a neighbourhood may reach, in links.")
    neighbourhood_nodes: Count = Field(500, description="Most items in a neighbourhood.")


class Settings(BaseModel):
    """All settings of one run. Made by `read_settings`, given to whoever needs them, never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    graph: GraphAddress = Field(
        "embedded:./directory-graph", description="Where the graph is: embedded:FOLDER, or neo4j://... or bolt://..."
    )
    graph_user: str = Field("neo4j", description="User on the graph server.")
    graph_password: SecretStr | None = Field(None, description="Password on the graph server.")
    graph_database: str | None = Field(None, description="Database on the graph server; none: the user's own.")
    embedded_memory: str = Field(
        "1g", pattern=r"^[1-9][0-9]*[kmg]$", description="Most memory for the embedded graph, such as 512m or 2g."
    )
    pool: Count = Field(50, description="Most connections to the graph.")
    pool_wait: Seconds = Field(2.0, description="Seconds to wait for a free connection before answering 503.")
    statement_timeout: Seconds = Field(5.0, description="Seconds one database statement may take.")
    request_timeout: Seconds = Field(10.0, description="Seconds a whole request may take.")
    host: str = Field("127.0.0.1", min_length=1, description="Address to listen on; 0.0.0.0 for every network.")
    port: int = Field(8000, ge=0, le=65_535, description="Port to listen on; 0 for any free one.")
    workers: Count = Field(1, description="Web processes.")
    secret: SecretStr = Field(
        default_factory=random_secret,
        min_length=16,
        description="Signs cursors; 16 characters or more. Where there is none, one that the graph keeps.",
    )
    origins: Origins | None = Field(
        None, description="Origins of other sites whose pages may read answers, commas between; * for all."
    )
    locale: Literal["en", "fr", "it", "pt", "es", "nl", "de"] = Field(
        "en", description="Language of answers when the question names none: en, fr, it, pt, es, nl or de."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="What is written to the log: debug, info, warning or error."
    )
    plans: bool = Field(True, description="Answer queries by compiled plans; off: slower, same answers.")
    warm_plans: bool = Field(True, description="Plan the common questions in the background at start.")
    batch: bool = Field(False, description="Accept several GraphQL operations in one request, as an array.")
    limits: Limits = Field(default_factory=Limits, description="What one request may ask for.")

    @property
    def secret_is_random(self) -> bool:
        """Whether nobody chose the secret: the one that the graph keeps then takes its place."""
        return "secret" not in self.model_fields_set

    def welcomes(self, origin: str | None) -> bool:
        """Whether pages of this origin may read our answers, beside those of our own site.

        >>> read_settings({"DIRECTORY_ORIGINS": "https://a.example, https://b.example"}).welcomes("https://b.example")
        True
        """
        return origin is not None and bool(self.origins) and not {origin, "*"}.isdisjoint(self.origins or ())

    @property
    def embedded_folder(self) -> str | None:
        """The folder of the embedded graph; None when the graph is a server."""
        scheme, _, folder = self.graph.partition(":")
        return folder if scheme == "embedded" else None


@dataclass(frozen=True, slots=True)
class SettingFact:
    """One setting as people read it: its environment variable, its default, its meaning."""

    name: str
    default: str
    meaning: str


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings that these environment variables give; an empty variable counts as absent.

    Raises BadSetting with one sentence that names the variable.

    >>> read_settings({"DIRECTORY_PORT": "8080", "DIRECTORY_LIMIT_DEPTH": "9"}).port
    8080
    """
    given = {name: environment[variable] for variable, name, _ in variables() if environment.get(variable)}
    limits = {name[len("limits.") :]: value for name, value in given.items() if name.startswith("limits.")}
    try:
        return Settings.model_validate({name: given[name] for name in given if "." not in name} | {"limits": limits})
    except ValidationError as error:
        raise refusal(error.errors()[0], environment) from None


def described() -> tuple[SettingFact, ...]:
    """Every setting with its default and meaning, in the order of declaration."""
    return tuple(SettingFact(name, shown(field), field.description or "") for name, _, field in variables())


def unknown_variables(environment: Mapping[str, str]) -> Mapping[str, str | None]:
    """The variables that look like settings and are none, each with the setting it may have meant.

    >>> unknown_variables({"DIRECTORY_PROT": "8080", "HOME": "/root"})
    {'DIRECTORY_PROT': 'DIRECTORY_PORT'}
    """
    known = {name.removeprefix(PREFIX): name for name, _, _ in variables()}
    strangers = [name for name in environment if name.startswith(PREFIX) and name not in known.values()]
    near = {name: difflib.get_close_matches(name.removeprefix(PREFIX), known, n=1) for name in strangers}
    return {name: known[found[0]] if found else None for name, found in near.items()}


def variables() -> Iterator[tuple[str, str, FieldInfo]]:
    """Each setting's environment variable, its place in Settings, its declaration."""
    for name, field in Settings.model_fields.items():
        if name != "limits":
            yield PREFIX + name.upper(), name, field
    for name, field in Limits.model_fields.items():
        yield LIMIT_PREFIX + name.upper(), f"limits.{name}", field


def shown(field: FieldInfo) -> str:
    """A default as it would be written in the environment."""
    if field.default is None or field.default_factory:
        return "random at each start" if field.default_factory else "none"
    if isinstance(field.default, bool):
        return "on" if field.default else "off"
    return f"{field.default:g}" if isinstance(field.default, float) else str(field.default)


def refusal(fault: ErrorDetails, environment: Mapping[str, str]) -> BadSetting:
    """The sentence for a value that cannot be used; a secret is not repeated."""
    place = ".".join(map(str, fault["loc"]))
    variable, _, field = next(each for each in variables() if each[1] == place)
    secret = "SecretStr" in str(field.annotation) or "@" in environment[variable]
    value = "what it is" if secret else repr(environment[variable])
    reason = re.sub(r"^(Input|Value|String) should", "it should", fault["msg"].removeprefix("Value error, "))
    reason = re.sub(r"(\d+) items after validation", r"\1 characters", reason)
    return BadSetting(variable, f"{variable} cannot be {value}: {reason}. Its meaning: {field.description}")
