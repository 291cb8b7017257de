"""All rows of a question, many in a record, are the same rows."""

from graph import Graph, NewNode, Transaction
from graph.query import Attribute, Branch, Column, Compare, Level, Operator, Question, Sight
from tests.graph.test_store import TOWN

ID = Attribute("id")
EVERYTHING = Sight("2025-01-01T00:00:00.000Z", everything=True)
CITIZENS = Branch("Citizen", (Column((ID,)), Column((Attribute("age"),))))
TOWNS = Branch("Town", (Column((ID,)),))


async def test_all_rows_are_those_that_are_listed_one_by_one(graph: Graph) -> None:
    await graph.shape(TOWN)
    citizens = [NewNode("Citizen", {"id": f"{number:02}x", "age": number}) for number in range(30)]

    async def build(transaction: Transaction) -> None:
        await transaction.create([*citizens, NewNode("Town", {"id": "0"})])

    await graph.write(build)

    for level in (
        Level((CITIZENS,)),
        Level((CITIZENS,), Compare(Attribute("age"), Operator.GTE, 12)),
        Level((TOWNS,)),
        Level((TOWNS,), Compare(ID, Operator.EQ, "nowhere")),
    ):
        question = Question(level, EVERYTHING)
        listed = await graph.rows(question)
        assert sorted(await graph.all_rows(question)) == sorted(listed.rows)
