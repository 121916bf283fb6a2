"""Alike: pairs of ids that look like one person, with how likely that is, day by day as they come to be known.

A version is compared with those before it, by the parameters that are in force on its day. Parameters are estimated on the day by
which enough ids are known, and again each time as many have come once more; they stay in the ledger, so a day that is looked at
again is looked at by the same ones. What a pair is told depends on its two versions and on these parameters alone: equal
deliveries make equal links, landed in one run or day by day.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from tenure.people.comparisons import AGAIN, ALIKE, NEAR, UNTOLD, Comparison, Verdict, comparisons_of, verdict
from tenure.people.estimated import Parameters, estimate, linker_of
from tenure.people.ledger import Did, Entry, Ledger
from tenure.people.likeness import Likeness, Trait
from tenure.people.matching import Link
from tenure.people.versions import KEY, keys_of, versions

if TYPE_CHECKING:
    import duckdb

RULE = "likeness"
VERSIONS = "people_versions"
GROWTH = 2
_WORDS = {UNTOLD: "not told", NEAR: "nearly equal", ALIKE: "similar", "street and place": "equal in street and place"}
_WORDS |= {"street": "equal in the street alone", "place and postcode": "equal but for the street"}
_WORDS |= {"place or postcode": "equal in place or postcode"}


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Parameters that are in force from a day on, by which so many ids were known; of a definition of what is compared."""

    day: date
    n_ids: int
    definition: str
    parameters: Parameters


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found: links, and the estimates that were made for them."""

    links: tuple[Link, ...]
    estimates: tuple[Estimate, ...]


def definition_of(likeness: Likeness) -> str:
    """How pairs are found and judged, from the declaration; what another one estimated is not used."""
    tables = {source: source for source in likeness.sources}
    compared = [f"{each.name} {each.as_case}" for each in comparisons_of(likeness)]
    bounds = f"{likeness.merge_from} {likeness.ask_from} {likeness.most_ids} {likeness.fewest_ids}"
    return hashlib.sha256("\0".join([versions(likeness, tables), *compared, bounds]).encode()).hexdigest()


def estimates_in(ledger: Ledger, definition: str) -> tuple[Estimate, ...]:
    """The estimates of a definition that the ledger holds, by day."""
    found = [
        Estimate(day=entry.day, n_ids=entry.of[0], definition=entry.rule or "", parameters=Parameters.of_text(entry.parameters))
        for entry in ledger.entries
        if entry.did is Did.ESTIMATED and entry.parameters is not None and entry.rule == definition
    ]
    return tuple(sorted(found, key=lambda each: each.day))


def as_entry(estimate: Estimate, number: int) -> Entry:
    """An estimate as the ledger keeps it."""
    return Entry(
        number=number,
        day=estimate.day,
        did=Did.ESTIMATED,
        rule=estimate.definition,
        reason=f"what an agreement counts, estimated from {estimate.n_ids:,} ids",
        of=(estimate.n_ids,),
        parameters=estimate.parameters.as_text,
    )


def look(
    connection: "duckdb.DuckDBPyConnection",
    likeness: Likeness,
    tables: Mapping[str, str],
    *,
    ids: str,
    since: date,
    again: Sequence[str],
    held: Sequence[Estimate],
    definition: str,
) -> Found:
    """Compare what came to be known since a day with all that is known.

    Parameters
    ----------
    ids: a table with `customer_id` and its `place` in the order in which ids were given.
    again: ids that are compared anew although nothing came of them.
    held: the estimates of this definition that were made before.
    """
    names = (*likeness.of(Trait.GIVEN_NAME), *likeness.of(Trait.SURNAME))
    twice = "".join(f", {name} AS {name}{AGAIN}" for name in names)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {VERSIONS} AS SELECT *{twice} FROM ({versions(likeness, tables)})")
    made = tuple(_due(connection, likeness, held, definition))
    estimates = (*held, *made)
    if not estimates:
        return Found(links=(), estimates=())
    # With the first parameters all that is known is compared for the first time.
    first = since if held else date.min
    connection.execute("CREATE OR REPLACE TEMP TABLE people_again AS SELECT unnest(?::VARCHAR[]) AS customer_id", [list(again)])
    links: list[Link] = []
    for at, estimate_now in enumerate(estimates):
        until = estimates[at + 1].day if at + 1 < len(estimates) else None
        links += _between(connection, likeness, estimate_now, is_first=at == 0, until=until, since=first, ids=ids)
    return Found(links=_first_of_each(links), estimates=made)


def _due(
    connection: "duckdb.DuckDBPyConnection", likeness: Likeness, held: Sequence[Estimate], definition: str
) -> Iterator[Estimate]:
    """The estimates that the data ask for after those that are held."""
    came = connection.execute(
        f"SELECT day, sum(count(*)) OVER (ORDER BY day) FROM (SELECT customer_id, min(day) AS day FROM {VERSIONS} GROUP BY 1) "
        "GROUP BY day ORDER BY day"
    ).fetchall()
    least = held[-1].n_ids * GROWTH if held else likeness.fewest_ids
    for day, n in came:
        if int(n) < least or (held and day <= held[-1].day):
            continue
        connection.execute(f"CREATE OR REPLACE TEMP TABLE people_known AS SELECT * FROM {VERSIONS} WHERE day <= ?", [day])
        parameters = estimate(connection, likeness, "people_known")
        yield Estimate(day=day, n_ids=int(n), definition=definition, parameters=parameters)
        least = int(n) * GROWTH


def _between(
    connection: "duckdb.DuckDBPyConnection",
    likeness: Likeness,
    estimate_now: Estimate,
    *,
    is_first: bool,
    until: date | None,
    since: date,
    ids: str,
) -> Iterator[Link]:
    """The links of pairs of which the later version came while an estimate is in force, one version at least being new."""
    begins = date.min if is_first else estimate_now.day
    is_new = "(day >= $since OR customer_id IN (FROM people_again))"
    known = {"since": since, "until": until or date.max}
    for name, condition in (("people_left", f"NOT {is_new}"), ("people_right", is_new)):
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {VERSIONS} WHERE day < $until AND {condition}", known
        )
    n_right = connection.execute("SELECT count(*) FROM people_right WHERE day >= ? OR day < ?", [begins, since]).fetchone()
    if not n_right or not n_right[0]:
        return
    keys = [f"{KEY}{nth}" for nth in range(len(keys_of(likeness)))]
    linker = linker_of(connection, likeness, estimate_now.parameters, "people_right", keys)
    least = {"threshold_match_probability": likeness.ask_from, "warning_mode": "never"}
    pairs = [linker.inference.predict_within(linker_input(connection, "people_right"), **least)]
    if (connection.execute("SELECT count(*) FROM people_left").fetchone() or (0,))[0]:
        sides = [linker_input(connection, name) for name in ("people_left", "people_right")]
        pairs.append(linker.inference.predict_between(*sides, **least))
    compared = comparisons_of(likeness)
    gammas = ", ".join(f"gamma_{each.name}" for each in compared)
    both = " UNION ALL ".join(
        f"SELECT version_l, version_r, match_probability, {gammas} FROM {each.physical_name}" for each in pairs
    )
    rows = connection.execute(
        f"""
        SELECT greatest(l.day, r.day, $day) AS day, later.customer_id, earlier.customer_id, match_probability, {gammas}
        FROM ({both}) JOIN {VERSIONS} AS l ON l.version = version_l JOIN {VERSIONS} AS r ON r.version = version_r
        JOIN {ids} AS one ON one.customer_id = l.customer_id JOIN {ids} AS other ON other.customer_id = r.customer_id
        JOIN {ids} AS earlier ON earlier.place = least(one.place, other.place)
        JOIN {ids} AS later ON later.place = greatest(one.place, other.place)
        WHERE l.customer_id <> r.customer_id AND greatest(l.day, r.day) >= $begins
        ORDER BY day, match_probability DESC, earlier.place, later.place, version_l, version_r
        """,
        {"day": estimate_now.day, "begins": begins},
    ).fetchall()
    for day, one, other, probability, *levels in rows:
        agree = _labels(compared, levels)
        allows = verdict(likeness, agree)
        if allows is Verdict.NOTHING:
            continue
        waits = probability < likeness.merge_from or allows is Verdict.ASK
        reason = f"{_in_words(agree)}; parameters of {estimate_now.day}"
        # Splink says 1.0 where the rest is beyond a float; nothing that is estimated is certain.
        likely = min(float(probability), 1 - 1e-9)
        yield Link(day=day, customer_id=one, with_id=other, rule=RULE, value=-1, probability=likely, waits=waits, reason=reason)


def linker_input(connection: "duckdb.DuckDBPyConnection", table: str) -> Any:
    """A table as Splink's linker takes it."""
    from splink import DuckDBAPI

    return DuckDBAPI(connection).register(table)


def _labels(compared: Sequence[Comparison], levels: Sequence[int]) -> dict[str, str]:
    """How a pair agrees, by comparison; Splink counts levels from the furthest, and an untold one as -1."""
    return {
        each.name: UNTOLD if level < 0 else each.labels[len(each.labels) - 1 - level]
        for each, level in zip(compared, levels, strict=True)
    }


def _in_words(agree: Mapping[str, str]) -> str:
    """How a pair agrees; never what it says."""
    return "alike: " + ", ".join(f"{name.replace('_', ' ')} {_WORDS.get(label, label)}" for name, label in agree.items())


def _first_of_each(links: Sequence[Link]) -> tuple[Link, ...]:
    """Of each pair of ids the first link that merges it, and the first that asks, where that is before."""
    found: dict[tuple[str, str], Link] = {}
    asked: dict[tuple[str, str], Link] = {}
    for link in sorted(links, key=lambda link: link.day):
        pair = (link.customer_id, link.with_id)
        first = asked if link.waits else found
        first.setdefault(pair, link)
    kept = [link for pair, link in asked.items() if pair not in found or link.day < found[pair].day]
    return tuple(sorted([*found.values(), *kept], key=lambda link: (link.day, -link.probability)))
