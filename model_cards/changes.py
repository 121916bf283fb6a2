"""What changed since the champion: the champion's evidence beside this one's, differences only.

Figures on the same rows are in the evaluation's comparison; the figures here are each model's own.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from model_cards.wording import show

Tree = Mapping[str, Any]
Change = dict[str, str]
# What stands in place of something that one of the two does not have.
_ABSENT, _UNUSED = "none", "not used"


def changes(tree: Tree, before: Tree) -> list[Change]:
    """Each difference between a challenger's evidence and the champion's, in reading order: of what, what it was, what it is."""
    return [
        {"what": what, "before": was, "now": now}
        for what, was, now in (*_data(before, tree), *_features(before, tree), *_fit(before, tree), *_figures(before, tree))
        if was != now
    ]


def _data(before: Tree, now: Tree) -> Iterator[tuple[str, str, str]]:
    """Periods and sources."""
    yield "trained as of", before["model"]["as_of"], now["model"]["as_of"]
    yield from _paired(
        "rows to ", _by(before["data"]["periods"], "role", "n_rows"), _by(now["data"]["periods"], "role", "n_rows")
    )
    sources = [_by(tree["data"]["sources"], "title", "n_received") for tree in (before, now)]
    yield from _paired("rows received, ", *sources)


def _features(before: Tree, now: Tree) -> Iterator[tuple[str, str, str]]:
    """Inputs that came, went, or changed their imposed direction."""
    was, has = ({f["name"]: f["direction"] for f in tree["features"]} for tree in (before, now))
    for name in dict.fromkeys((*was, *has)):
        yield f"input {name}", was.get(name, _UNUSED), has.get(name, _UNUSED)


def _fit(before: Tree, now: Tree) -> Iterator[tuple[str, str, str]]:
    """Algorithm, parameters, calibration, code and packages."""
    for what in ("algorithm", "calibration_method", "population", "score_means"):
        yield what.replace("_", " "), before["model"][what], now["model"][what]
    was, has = (show((tree.get("policy") or {}).get("digest"), form="short") for tree in (before, now))
    yield "policy", was, has
    yield from _paired("parameter ", dict(before["model"]["parameters"]), dict(now["model"]["parameters"]))
    for what in ("code_commit", "lock_digest"):
        yield (
            what.replace("_", " "),
            show(before["environment"][what], form="short"),
            show(now["environment"][what], form="short"),
        )


def _figures(before: Tree, now: Tree) -> Iterator[tuple[str, str, str]]:
    """Metrics, each on the test rows of its own card."""
    was, has = (
        {m["title"]: show(m["estimate"], path=m["name"]) for m in tree["evaluation"]["metrics"]} for tree in (before, now)
    )
    yield from _paired("", was, has)


def _by(items: list[Mapping[str, Any]], name: str, figure: str) -> dict[str, str]:
    """A figure of each entry by its name."""
    return {item[name]: show(item[figure], path=figure) for item in items}


def _paired(prefix: str, before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """What stands on either side, side by side."""
    for name in dict.fromkeys((*before, *now)):
        yield f"{prefix}{name}", before.get(name, _ABSENT), now.get(name, _ABSENT)
