"""How random examples are tried on an engine."""

from hypothesis import HealthCheck, Phase, settings

from graph import Graph, Transaction
from tests.truth import Small


def trials(count: int) -> settings:
    """As many examples, the same ones in every run. A failure is made smaller, but not tried again to be explained."""
    return settings(
        max_examples=count,
        derandomize=True,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
    )


async def load(graph: Graph, small: Small) -> None:
    """Put this small graph in place of what was there."""

    async def build(transaction: Transaction) -> None:
        await transaction.create(small.nodes)
        await transaction.connect(small.links)

    await graph.wipe()
    await graph.write(build)
