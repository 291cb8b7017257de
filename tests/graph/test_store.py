"""The store does what it says, on both engines."""

import asyncio
import time

import pytest
from neo4j.warnings import Neo4jWarning

from graph import (
    Conflict,
    Graph,
    GraphError,
    NewLink,
    NewNode,
    NodeShape,
    NotFound,
    OldLink,
    Property,
    Shape,
    Statement,
    StoredLink,
    TooLong,
    Transaction,
    Unreachable,
    open_graph,
)

TOWN = Shape(
    nodes=(
        NodeShape(
            "Citizen",
            (
                Property("id", "string"),
                Property("name", "string"),
                Property("age", "integer"),
                Property("height", "float"),
                Property("tags", "strings"),
                Property("search", "string"),
                Property("version", "integer"),
            ),
            unique=("id",),
            indexed=("name",),
            search=("search",),
        ),
        NodeShape("Town", (Property("id", "string"),), unique=("id",), indexed=()),
    ),
    links=("LIVES_IN", "KNOWS"),
)

ANN = {"id": "ann", "name": "Ann", "age": 40, "height": 1.7, "tags": ["a", "b"]}
BOB = {"id": "bob", "name": "Bob", "age": 50}


@pytest.fixture
async def town(graph: Graph) -> Graph:
    await graph.shape(TOWN)

    async def build(transaction: Transaction) -> None:
        await transaction.create([NewNode("Citizen", ANN), NewNode("Town", {"id": "lille"}), NewNode("Citizen", BOB)])
        await transaction.connect(
            [
                NewLink("LIVES_IN", "Citizen", "ann", "Town", "lille", {"since": 1999}),
                NewLink("KNOWS", "Citizen", "bob", "Citizen", "ann"),
            ]
        )

    await graph.write(build)
    return graph


async def people(graph: Graph) -> list[dict[str, object]]:
    return await graph.read(Statement("MATCH (n:Citizen) WITH n ORDER BY n.id RETURN properties(n)"))


async def test_what_was_created_is_read_back_with_its_types(town: Graph) -> None:
    assert await people(town) == [ANN, BOB]


async def test_a_read_is_one_round_trip(town: Graph) -> None:
    before = town.round_trips

    await people(town)

    assert town.round_trips == before + 1


async def test_parameters_reach_the_statement(town: Graph) -> None:
    named = town.engine.parameter("name")

    found = await town.read(Statement(f"MATCH (n:Citizen) WHERE n.name = {named} RETURN n.id", {"name": "Bob"}))

    assert found == ["bob"]


async def test_links_are_told_from_both_ends(town: Graph) -> None:
    links = await town.write(lambda transaction: transaction.links("Citizen", "ann"))

    assert sorted(links, key=lambda link: link.type) == [
        StoredLink("KNOWS", False, "Citizen", "bob", {}),
        StoredLink("LIVES_IN", True, "Town", "lille", {"since": 1999}),
    ]


async def test_a_link_to_nowhere_is_refused_and_nothing_of_its_transaction_is_kept(town: Graph) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.create([NewNode("Town", {"id": "metz"})])
        await transaction.connect([NewLink("LIVES_IN", "Citizen", "bob", "Town", "nowhere")])

    with pytest.raises(NotFound, match="nowhere") as refused:
        await town.write(work)

    assert (refused.value.label, refused.value.ids) == ("Town", ("nowhere",))
    assert await town.write(lambda transaction: transaction.find("Town", "id", ["metz", "lille"])) == [{"id": "lille"}]


async def test_disconnecting_takes_one_link_away_and_says_so(town: Graph) -> None:
    gone = await town.write(
        lambda transaction: transaction.disconnect(
            [
                OldLink("KNOWS", "Citizen", "bob", "Citizen", "ann"),
                OldLink("KNOWS", "Citizen", "ann", "Citizen", "bob"),
            ]
        )
    )

    assert gone == 1
    assert await town.write(lambda transaction: transaction.links("Citizen", "bob")) == []


async def test_an_update_changes_what_it_names_and_none_removes(town: Graph) -> None:
    await town.write(lambda transaction: transaction.update("Citizen", "ann", {"age": 41, "tags": None, "height": 1.5}))

    assert (await people(town))[0] == {"id": "ann", "name": "Ann", "age": 41, "height": 1.5}


async def test_updating_what_is_not_there_is_refused(town: Graph) -> None:
    with pytest.raises(NotFound):
        await town.write(lambda transaction: transaction.update("Citizen", "zoe", {"age": 1}))


async def test_removing_takes_the_links_along_and_counts_the_nodes(town: Graph) -> None:
    gone = await town.write(lambda transaction: transaction.remove("Citizen", ["ann", "zoe", "ann"]))

    assert gone == 1
    assert await people(town) == [BOB]
    assert await town.write(lambda transaction: transaction.links("Town", "lille")) == []


async def test_a_lock_gives_the_properties_or_nothing(town: Graph) -> None:
    async def work(transaction: Transaction) -> tuple[object, object]:
        return await transaction.lock("Citizen", "ann"), await transaction.lock("Citizen", "zoe")

    assert await town.write(work) == (ANN, None)
    assert await people(town) == [ANN, BOB]


async def test_a_taken_id_is_a_conflict_and_nothing_is_kept(town: Graph) -> None:
    with pytest.raises(Conflict):
        await town.write(
            lambda transaction: transaction.create(
                [NewNode("Citizen", {"id": "new"}), NewNode("Citizen", {"id": "ann"})]
            )
        )

    assert await people(town) == [ANN, BOB]


async def test_a_transaction_sees_what_it_wrote(town: Graph) -> None:
    async def work(transaction: Transaction) -> list[object]:
        await transaction.create([NewNode("Citizen", {"id": "cleo"})])
        return await transaction.read(Statement("MATCH (n:Citizen) RETURN count(*)"))

    assert await town.write(work) == [3]


@pytest.mark.parametrize("id", [None, "", 7])
async def test_a_node_without_a_usable_id_is_refused(town: Graph, id: object) -> None:
    with pytest.raises(ValueError, match="an id"):
        await town.write(lambda transaction: transaction.create([NewNode("Citizen", {"id": id})]))


async def test_a_label_that_is_no_word_is_refused(town: Graph) -> None:
    with pytest.raises(ValueError, match="cannot name"):
        await town.write(lambda transaction: transaction.create([NewNode("Citizen) DETACH DELETE n //", {"id": "x"})]))


async def test_a_unit_of_work_that_raises_keeps_nothing(town: Graph) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.update("Citizen", "ann", {"age": 99})
        raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"):
        await town.write(work)

    assert await people(town) == [ANN, BOB]


async def test_eight_writers_of_one_node_lose_no_update(town: Graph) -> None:
    async def add_one(transaction: Transaction) -> None:
        person = await transaction.lock("Citizen", "ann")
        assert person is not None
        await transaction.update("Citizen", "ann", {"version": person.get("version", 0) + 1})

    async def writer() -> None:
        for _ in range(10):
            await town.write(add_one)

    await asyncio.gather(*(writer() for _ in range(8)))

    assert (await people(town))[0]["version"] == 80


async def test_a_counter_gives_each_number_once_and_in_commit_order(town: Graph) -> None:
    committed: list[int] = []

    async def writer(name: str) -> None:
        for turn in range(5):

            async def work(transaction: Transaction, id: str = f"{name}-{turn}") -> int:
                await transaction.create([NewNode("Citizen", {"id": id})])
                return await transaction.next("changes")

            committed.append(await town.write(work))

    await asyncio.gather(*(writer(f"w{n}") for n in range(8)))

    assert sorted(committed) == list(range(1, 41))


async def test_two_who_make_the_same_new_node_at_once_both_succeed(town: Graph) -> None:
    async def make(transaction: Transaction) -> None:
        if not await transaction.find("Town", "id", ["metz"]):
            await transaction.create([NewNode("Town", {"id": "metz"})])

    await asyncio.gather(*(town.write(make) for _ in range(8)))

    assert await town.read(Statement("MATCH (n:Town) RETURN count(*)")) == [2]


async def test_a_read_does_not_fail_for_what_is_taken_away_meanwhile(town: Graph) -> None:
    ids = [f"c{number}" for number in range(20)]
    text = (
        "MATCH (n:Citizen) WHERE n.name >= 'G' WITH n ORDER BY n.name, n.id LIMIT 20 "
        "RETURN [n.id, n.name, COLLECT { MATCH (n)-[:LIVES_IN]->(t:Town) RETURN [t.id] }]"
    )

    async def make(transaction: Transaction) -> None:
        await transaction.create([NewNode("Citizen", {"id": id, "name": "Guest"}) for id in ids])
        await transaction.connect([NewLink("LIVES_IN", "Citizen", id, "Town", "lille") for id in ids])

    async def come_and_go(until: float) -> None:
        while time.monotonic() < until:
            await town.write(make)
            await town.write(lambda transaction: transaction.remove("Citizen", ids))

    async def look(until: float) -> list[int]:
        found = []
        while time.monotonic() < until:
            found.append(len(await town.read(Statement(text))))
        return found

    until = time.monotonic() + 2
    _, *found = await asyncio.gather(come_and_go(until), *(look(until) for _ in range(6)))

    assert all(0 <= rows <= 20 for each in found for rows in each)


async def test_full_text_finds_by_prefix(town: Graph) -> None:
    await town.write(lambda transaction: transaction.update("Citizen", "ann", {"search": "ecole de musique"}))
    asked = town.engine.parameter("asked")

    found = await town.read(
        Statement(
            f"CALL db.index.fulltext.queryNodes('citizen_search', {asked}) YIELD node AS n, score RETURN n.id",
            {"asked": "musi*"},
        )
    )

    assert found == ["ann"]


async def test_a_statement_that_takes_too_long_is_stopped(graph_address: dict[str, str]) -> None:
    impatient = await open_graph(**graph_address, statement_timeout=0.5)
    try:
        with pytest.raises(TooLong):
            await impatient.read(
                Statement("UNWIND range(1, 30000) AS a UNWIND range(1, 30000) AS b WITH a + b AS c RETURN sum(c)")
            )
        assert await impatient.healthy()
    finally:
        await impatient.close()


async def test_an_engine_may_greet_later_than_requests_wait_for_a_connection(graph_address: dict[str, str]) -> None:
    hurried = await open_graph(**graph_address, pool_wait=0.001)
    try:
        assert await hurried.healthy()
    finally:
        await hurried.close()


async def test_a_statement_that_makes_no_sense_is_a_graph_error(graph: Graph) -> None:
    with pytest.raises(GraphError, match="refused"):
        await graph.read(Statement("THIS IS NO CYPHER"))


async def test_a_cancelled_read_leaves_the_graph_usable(graph: Graph) -> None:
    asked = asyncio.create_task(
        graph.read(Statement("UNWIND range(1, 3000) AS a UNWIND range(1, 3000) AS b RETURN sum(a * b)"))
    )
    await asyncio.sleep(0.05)
    asked.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asked

    assert await graph.read(Statement("RETURN 1")) == [1]


async def test_a_healthy_graph_says_so(graph: Graph) -> None:
    assert await graph.healthy()


@pytest.mark.parametrize("url", ["http://localhost:7474", "localhost", "embedded:", "", "neo4j:localhost"])
async def test_an_address_that_is_none_is_refused_with_the_right_form(url: str) -> None:
    with pytest.raises(Unreachable, match="embedded:FOLDER"):
        await open_graph(url)


async def test_a_server_that_is_not_there_is_unreachable_in_one_sentence() -> None:
    with pytest.raises(Unreachable, match=r"bolt://127.0.0.1:9 .* start it, or correct the address\.$"):
        await open_graph("bolt://127.0.0.1:9")


@pytest.mark.neo4j
async def test_a_wrong_password_is_said_as_one(neo4j_server) -> None:
    with pytest.raises(Unreachable, match="password"):
        await open_graph(neo4j_server.url, password="not this one")


@pytest.mark.neo4j
async def test_an_unknown_database_is_said_as_one(neo4j_server) -> None:
    with pytest.raises(Unreachable, match="database"):
        await open_graph(neo4j_server.url, password=neo4j_server.password, database="nowhere")


@pytest.mark.neo4j
async def test_a_cancelled_read_ends_on_the_server_too(neo4j_server) -> None:
    graph = await open_graph(neo4j_server.url, password=neo4j_server.password, statement_timeout=60)
    running = Statement(
        "SHOW TRANSACTIONS YIELD currentQuery WHERE currentQuery STARTS WITH 'UNWIND' RETURN currentQuery"
    )
    endless = "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b WITH a + b AS c RETURN sum(c)"
    try:
        asked = asyncio.create_task(graph.read(Statement(endless)))
        async with asyncio.timeout(10):
            while not await graph.read(running):  # noqa: ASYNC110  # the server tells nobody
                await asyncio.sleep(0.05)

        asked.cancel()

        async with asyncio.timeout(10):
            while await graph.read(running):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    finally:
        await graph.close()


@pytest.mark.neo4j
async def test_an_address_of_a_cluster_is_reached_by_routing(neo4j_server) -> None:
    address = neo4j_server.url.replace("bolt://", "neo4j://")
    graph = await open_graph(address, user=neo4j_server.user, password=neo4j_server.password)
    try:
        assert await graph.read(Statement("RETURN 1")) == [1]
        assert await graph.write(lambda transaction: transaction.next("routed")) >= 1
    finally:
        await graph.close()


@pytest.mark.neo4j
async def test_a_deprecated_statement_fails_a_test(neo4j_server) -> None:
    graph = await open_graph(neo4j_server.url, password=neo4j_server.password, notifications="WARNING")
    try:
        with pytest.raises(Neo4jWarning, match="deprecated"):
            await graph.read(Statement("MATCH (n) RETURN id(n)"))
    finally:
        await graph.close()
