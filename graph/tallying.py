"""A tally in Cypher: groups, counts and figures. Pure text, made from shapes."""

from graph.engines import Engine
from graph.levels import conjuncts
from graph.phrases import Words, attribute, condition, found_by_words, holds, labels, phrased, seen, walk, where
from graph.query import Group, Tally

ROOT = "n"


def tally_text(tally: Tally, engine: Engine) -> str:
    """The text that counts each item once in each of its groups, largest groups first."""
    words = Words(engine, tally.sight)
    text = _items(words, tally)
    keys: list[str] = []
    said: list[str] = []  # what is still to be said of the keys
    for group in tally.groups:
        more, value = _dimension(words, group, tally.at)
        keys.append(words.name("k"))
        said.append(f"{value} AS {keys[-1]}")
        if more:  # each once before the next dimension, or their ways are multiplied
            text += f"{more} WITH DISTINCT {', '.join([ROOT, *keys[: -len(said)], *said])}"
            said = []
    measure = tally.measure
    known = ""
    if measure is not None:
        for each in measure.per:
            keys.append(words.name("k"))
            said.append(f"{attribute(words, ROOT, each)} AS {keys[-1]}")
        said.append(f"{attribute(words, ROOT, measure.attribute)} AS v")
        known = " WHERE v IS NOT NULL"
    if said:
        told = keys[: len(keys) + bool(measure) - len(said)]
        text += f" WITH {', '.join([ROOT, *told, *said])}{known}"
    return text + _figures(words, tally, keys)


def _items(words: Words, tally: Tally) -> str:
    timed = (tally.label,) if tally.timed else ()
    asked = [condition(words, ROOT, each) for each in conjuncts(tally.where)]
    asked += [holds(words, ROOT, (tally.label,), timed, tally.at), seen(words, ROOT)]
    if tally.search is not None:
        asked.append(phrased(words, tally.search, ROOT))
        return found_by_words(words, tally.search, (tally.label,), ROOT) + where(*asked)
    return f"MATCH ({ROOT}:{labels((tally.label,))}){where(*asked)}"


def _dimension(words: Words, group: Group, day: str | None) -> tuple[str, str]:
    """What is matched for the group, and the value to group by."""
    text, at = "", ROOT
    if group.path:
        found = walk(words, ROOT, group.path, day)
        text, at = f" OPTIONAL {found.match()}", found.end
    value = attribute(words, at, group.attribute)
    if group.several:
        item = words.name("v")
        text, value = f"{text} UNWIND CASE WHEN size({value}) > 0 THEN {value} ELSE [null] END AS {item}", item
    return text, value if group.leading is None else f"left({value}, {int(group.leading)})"


def _figures(words: Words, tally: Tally, keys: list[str]) -> str:
    figures = ["count(*) AS c"]
    names = [*keys, "c"]
    if tally.measure is not None:
        figures += ["sum(v) AS s", "min(v) AS least", "max(v) AS greatest"]
        names += ["s", "least", "greatest"]
    text = f" WITH {', '.join([*keys, *figures])}"
    if keys:  # the only group of nothing asked is there even when empty
        order = ", ".join(["c DESC", *(f"{key} IS NULL, {key}" for key in keys)])
        # Largest first: those cut off are no larger than those kept, so the smallest may be left out afterwards.
        text += f" ORDER BY {order} LIMIT {words.value(tally.limit)} WHERE c >= {words.value(tally.at_least)}"
    return f"{text} RETURN [{', '.join(names)}] AS row"
