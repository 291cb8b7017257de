"""The demo brings the network's data where there is none yet."""

from directory import editing, reading
from directory.desk import Desk
from directory.placing import id_of
from directory.site.serving import load
from directory.values import Ref
from importers import bundle


async def test_a_demo_that_starts_again_leaves_what_people_changed(desk: Desk) -> None:
    network = Ref("Organisation", id_of("network:org-network"))
    await load(desk, *bundle.drafts())
    drafted = await editing.update(desk, network, 1, {"email": "ours@example.org"})
    changed = await editing.move(desk, network, "publish_draft", drafted.version)

    code = await load(desk, *bundle.drafts())

    assert (code, await reading.get(desk, network)) == (0, changed)
