"""Models that learnt from some customers: the packages whose training snapshots held them. No model holds an id."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from adapters.lake import read_rows
from adapters.tables import FEATURES_TABLE
from governance.stores.package_reading import evidence_of
from home.workplace import Workplace
from tenure.errors import TenureError

CUSTOMER = "customer_id"


@dataclass(frozen=True, kw_only=True)
class Learnt:
    """A package whose training snapshots held some of the people."""

    package: str
    model: str
    is_promoted: bool
    n_people: int
    n_customers: int


def learnt_from(workplace: Workplace, ids: frozenset[str]) -> Iterator[Learnt]:
    """Packages, serving or not, whose training snapshots held some of the ids."""
    project = workplace.project.name
    kept = {one.digest: False for one in workplace.packages.candidates(project)}
    promoted = {r.package_digest: True for r in workplace.promotions.records() if r.project == project}
    read: dict[int, pa.Table | None] = {}
    for digest, is_promoted in {**kept, **promoted}.items():
        try:
            package = workplace.packages.load(digest) if is_promoted else workplace.packages.candidate(digest)
            evidence = evidence_of(package)
            version = evidence.data.features_version
            if version not in read:
                read[version] = read_rows(workplace.lake.open(FEATURES_TABLE, version=version), columns=["day", CUSTOMER])
        except TenureError:
            continue  # what cannot be read is told by `tenure verify`, and scores nobody
        customers = _customers(read[version], [(p.first_as_of, p.last_as_of) for p in evidence.data.periods])
        if n_people := int(pc.sum(pc.is_in(customers, pa.array(sorted(ids), pa.string()))).as_py() or 0):
            yield Learnt(
                package=digest,
                model=evidence.model.name,
                is_promoted=is_promoted,
                n_people=n_people,
                n_customers=len(customers),
            )


def _customers(rows: pa.Table | None, periods: Sequence[tuple[date, date]]) -> pa.Array:
    """The customers of the snapshots of some periods."""
    if rows is None:
        return pa.array([], pa.string())
    at = rows["day"].to_numpy().astype("datetime64[D]")
    within = np.zeros(rows.num_rows, dtype=bool)
    for first, last in periods:
        within |= (at >= np.datetime64(first)) & (at <= np.datetime64(last))
    return pc.unique(rows[CUSTOMER].filter(pa.array(within)))
