"""What an agreement counts: for each comparison how often one person's records agree so (m), and how often two people's (u).

u is counted among random pairs, m is estimated by expectation maximisation in Splink, on pairs that agree in two things of a
person's own. Blocks that a household shares are not used: in them a family would look like one person.
Fellegi and Sunter (1969), J. Am. Stat. Assoc. 64, 1183; https://moj-analytical-services.github.io/splink/.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from tenure.people.comparisons import AGAIN, SWAPPED, Comparison, comparisons_of
from tenure.people.likeness import Likeness, Trait

if TYPE_CHECKING:
    import duckdb

SAMPLE_PAIRS, LARGEST_SAMPLE = 400_000, 200_000
# Fewer pairs of a block estimate nothing.
FEWEST_PAIRS = 30
# What is assumed where nothing can be estimated, and what no estimate goes beyond: what is a person's own differs seldom.
USUAL_EQUAL, MOST_DIFFERENT, LEAST = 0.8, 0.15, 0.002
SWAPPED_RATE, USUAL_PRIOR, RECALL = 0.01, 1e-4, 0.8
DIGITS = 6


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """How likely two random records are of one person, and m and u by comparison, each a value for each level."""

    prior: float
    m: dict[str, tuple[float, ...]]
    u: dict[str, tuple[float, ...]]

    @property
    def as_text(self) -> str:
        """One spelling, for the ledger."""
        return json.dumps({"m": self.m, "prior": self.prior, "u": self.u}, sort_keys=True, separators=(",", ":"))

    @classmethod
    def of_text(cls, text: str) -> "Parameters":
        """Parameters as the ledger keeps them."""
        told = json.loads(text)
        m, u = ({name: tuple(values) for name, values in told[which].items()} for which in ("m", "u"))
        return cls(prior=told["prior"], m=m, u=u)


def estimate(connection: "duckdb.DuckDBPyConnection", likeness: Likeness, known: str) -> Parameters:
    """Estimate from versions that are known: a table as `versions` makes it, with the names a second time.

    The same versions give the same parameters: the sample follows from the ids, sums are made by one thread, and what remains
    is rounded to six digits.
    """
    compared = comparisons_of(likeness)
    threads = connection.execute("SELECT current_setting('threads')").fetchone()
    connection.execute("SET threads = 1")
    try:
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE people_sample AS "
            f"SELECT *, row_number() OVER (ORDER BY hash(customer_id), version) AS nth FROM {known} "
            f"QUALIFY nth <= {LARGEST_SAMPLE}"
        )
        u = _by_chance(connection, likeness, compared)
        usual = {each.name: _usual(each) for each in compared}
        return _trained(connection, likeness, compared, Parameters(prior=USUAL_PRIOR, m=usual, u=u))
    finally:
        connection.execute(f"SET threads = {threads[0] if threads else 1}")


def _by_chance(
    connection: "duckdb.DuckDBPyConnection", likeness: Likeness, compared: Sequence[Comparison]
) -> dict[str, tuple[float, ...]]:
    """How often two people's records agree at each level; pairs that agree in two traits may be one person's and are left out."""
    found = connection.execute("SELECT count(*) FROM people_sample").fetchone()
    n = int(found[0]) if found else 0
    each_with = max(1, min(n - 1, SAMPLE_PAIRS // max(n, 1)))
    names = [each.name for each in likeness.traits]
    own = [each.name for each in likeness.traits if each.trait is not Trait.PLACE]
    equal = " + ".join(f"coalesce(CAST(l.{name} = r.{name} AS INT), 0)" for name in own)
    columns = [*names, *(name + AGAIN for name in _names(likeness))]
    both = ", ".join(f"l.{name} AS {name}_l, r.{name} AS {name}_r" for name in columns)
    cases = ", ".join(f"{each.as_case} AS {each.name}" for each in compared)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE by_chance AS SELECT {cases} FROM (SELECT {both} FROM people_sample AS l "
        f"JOIN people_sample AS r ON r.nth BETWEEN l.nth + 1 AND l.nth + {each_with} AND l.customer_id <> r.customer_id "
        f"WHERE {equal} < 2)"
    )
    made = {}
    for each in compared:
        counts = dict(connection.execute(f"SELECT {each.name}, count(*) FROM by_chance GROUP BY 1").fetchall())
        total = sum(counts.get(label, 0) for label in each.labels)
        made[each.name] = tuple(
            _rounded((counts.get(label, 0) + 0.5) / (total + 0.5 * len(each.labels))) for label in each.labels
        )
    return made


def _trained(
    connection: "duckdb.DuckDBPyConnection", likeness: Likeness, compared: Sequence[Comparison], start: Parameters
) -> Parameters:
    """The same with m and the prior from Splink."""
    from splink import block_on

    linker = linker_of(connection, likeness, start, "people_sample")
    certain = [rule for rule in _certain(likeness) if _n_pairs(connection, rule)]
    if certain:
        rules = [block_on(*rule) for rule in certain]
        linker.training.estimate_probability_two_random_records_match(rules, recall=RECALL)
    for rule in _blocks(likeness):
        if _n_pairs(connection, rule) >= FEWEST_PAIRS:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    told = linker.misc.save_model_to_json()
    m = {}
    for each, trained in zip(compared, told["comparisons"], strict=True):
        levels = [level for level in trained["comparison_levels"] if not level.get("is_null_level")]
        m[each.name] = _bounded(each, [level.get("m_probability") or LEAST for level in levels])
    return Parameters(prior=_rounded(float(told["probability_two_random_records_match"])), m=m, u=start.u)


def _bounded(compared: Comparison, m: Sequence[float]) -> tuple[float, ...]:
    """M within what the kind of a trait says, so that few matches in the data do not mislead."""
    made = [max(value, LEAST) for value in m]
    if compared.trait is not None:
        made[-1] = min(made[-1], MOST_DIFFERENT)
    for nth, label in enumerate(compared.labels):
        if label == SWAPPED:
            made[nth] = SWAPPED_RATE
    return tuple(_rounded(value) for value in made)


def _usual(compared: Comparison) -> tuple[float, ...]:
    """M before anything is estimated."""
    others = len(compared.labels) - 1
    return (USUAL_EQUAL, *((1 - USUAL_EQUAL) / others for _ in range(others)))


def _names(likeness: Likeness) -> tuple[str, ...]:
    return (*likeness.of(Trait.GIVEN_NAME), *likeness.of(Trait.SURNAME))


def _certain(likeness: Likeness) -> list[tuple[str, ...]]:
    """What two records of one person have in common, and of two people hardly ever."""
    births, names = likeness.of(Trait.BIRTH), _names(likeness)
    homes = (*likeness.of(Trait.POSTCODE), *likeness.of(Trait.ADDRESS))
    made: list[tuple[str, ...]] = [(name,) for name in likeness.of(Trait.CODE)]
    made += [(birth, name) for birth in births for name in names]
    return made + ([(*names, home) for home in homes] if len(names) == 2 else [])


def _blocks(likeness: Likeness) -> list[tuple[str, ...]]:
    """Pairs of a person's own traits; of a likeness with one of them alone, that with each of the home's."""
    own = [*_names(likeness), *likeness.of(Trait.BIRTH), *likeness.of(Trait.CODE)]
    if len(own) > 1:
        return list(combinations(own, 2))
    return [(own[0], home) for home in (*likeness.of(Trait.POSTCODE), *likeness.of(Trait.ADDRESS))]


def _n_pairs(connection: "duckdb.DuckDBPyConnection", rule: Sequence[str]) -> int:
    told = " AND ".join(f"{name} IS NOT NULL" for name in rule)
    found = connection.execute(
        f"SELECT coalesce(sum(n * (n - 1) // 2), 0) FROM (SELECT count(*) AS n FROM people_sample WHERE {told} GROUP BY "
        f"{', '.join(rule)})"
    ).fetchone()
    return int(found[0]) if found else 0


def _rounded(value: float) -> float:
    """Six digits that count."""
    return float(f"{value:.{DIGITS}g}")


def linker_of(
    connection: "duckdb.DuckDBPyConnection", likeness: Likeness, parameters: Parameters, table: str, keys: Sequence[str] = ()
) -> Any:
    """Splink's linker over a table of versions, quiet, with these parameters; pairs are looked at that share one of the keys."""
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.CRITICAL)
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="version",
        comparisons=[_as_splink(each, parameters) for each in comparisons_of(likeness)],
        blocking_rules_to_generate_predictions=[block_on(key) for key in keys],
        probability_two_random_records_match=parameters.prior,
        retain_matching_columns=True,
        max_iterations=50,
    )
    return Linker(DuckDBAPI(connection).register(table), settings, log_level=None, validate_settings=False)


def _as_splink(compared: Comparison, parameters: Parameters) -> dict[str, Any]:
    """A comparison as Splink takes it."""
    sqls = [*(sql for _, sql in compared.levels), "ELSE"]
    levels = [
        {"sql_condition": sql, "label_for_charts": label, "m_probability": m, "u_probability": u}
        for sql, label, m, u in zip(sqls, compared.labels, parameters.m[compared.name], parameters.u[compared.name], strict=True)
    ]
    untold = {"sql_condition": compared.is_untold, "label_for_charts": "untold", "is_null_level": True}
    return {"output_column_name": compared.name, "comparison_levels": [untold, *levels]}
