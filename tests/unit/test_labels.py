"""Labels and pause outcomes against a slow, obviously right computation in plain Python."""

from datetime import date, datetime, time, timedelta

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.lake import connect
from tenure.labels import label_events, label_purchases, pause_outcomes
from tenure.specs import Outcome

FIRST_DAY = date(2020, 1, 1)
N_DAYS = 70
CUSTOMERS = ("1", "2", "3")
quick = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# For each customer the days (numbered from the first) on which something was bought.
histories = st.fixed_dictionaries({c: st.sets(st.integers(0, N_DAYS - 1), max_size=12) for c in CUSTOMERS})

SCHEMA = pa.schema(
    [("customer_id", pa.string()), ("active_on", pa.date32()), ("available_at", pa.timestamp("us")), ("n_lines", pa.int64())]
)


@pytest.fixture(scope="module")
def connection():
    """One DuckDB for all examples."""
    return connect()


def day(number: int) -> date:
    """The day of a number."""
    return FIRST_DAY + timedelta(days=number)


def activity(history: dict[str, set[int]]) -> pa.Table:
    """The activity table of a history: known at the end of each day; two arrivals for every third day."""
    rows = [(c, day(d)) for c, days in history.items() for d in days for _ in range(2 if d % 3 == 0 else 1)]
    return pa.Table.from_pylist(
        [{"customer_id": c, "active_on": d, "available_at": datetime.combine(d, time.max), "n_lines": 1} for c, d in rows],
        schema=SCHEMA,
    )


def customers(names: tuple[str, ...] = CUSTOMERS) -> pa.Table:
    """A population."""
    return pa.table({"customer_id": pa.array(names, pa.string())})


@quick
@given(histories, st.integers(0, N_DAYS), st.integers(1, 30))
def test_a_label_says_whether_a_purchase_lies_in_its_half_open_window(connection, history, as_of, window):
    """The day of scoring counts, the day after the window does not; the two outcomes are each other's opposite."""
    ibis_activity = ibis.memtable(activity(history))

    found = {
        outcome: dict(
            label_events(ibis.memtable(customers()), ibis_activity, outcome=outcome, as_of=day(as_of), window_days=window)
            .to_pyarrow()
            .to_pandas()
            .values
        )
        for outcome in Outcome
    }

    bought = {c: any(as_of <= d < as_of + window for d in history[c]) for c in CUSTOMERS}
    assert found == {Outcome.PURCHASE: bought, Outcome.NO_PURCHASE: {c: not b for c, b in bought.items()}}


@quick
@given(histories, st.integers(1, 20), st.integers(0, N_DAYS), st.integers(1, 4))
def test_consecutive_windows_hold_every_purchase_once(connection, history, window, first, n_windows):
    """Windows laid end to end count each customer in just those windows in which a purchase lies."""
    table = ibis.memtable(activity(history))
    starts = range(first, first + n_windows * window, window)

    found = [
        (c, start)
        for start in starts
        for c in label_purchases(table, as_of=day(start), window_days=window).to_pyarrow()["customer_id"].to_pylist()
    ]

    inside = [(c, d - first) for c, days in history.items() for d in days if starts.start <= d < starts.stop]
    assert sorted(found) == sorted({(c, first + since // window * window) for c, since in inside})


def pause_by_hand(bought: set[int], as_of: int, pause: int, end: int) -> tuple[int, bool]:
    """Walk day by day: the event is at the end of the day that completes the pause, if that is before `end`."""
    silent = 0
    for d in range(max(bought & set(range(as_of))) + 1, end):
        silent = 0 if d in bought else silent + 1
        if silent == pause and d >= as_of:
            return d - as_of + 1, True
    return end - as_of, False


@quick
@given(histories, st.integers(1, 40), st.integers(1, 28), st.integers(1, 30))
def test_a_pause_is_complete_when_its_last_silent_day_is_over(connection, history, as_of, pause, follow_up):
    """Duration and event are those of walking day by day, whatever came before and whatever comes after."""
    end = min(as_of + follow_up, N_DAYS)
    population = tuple(c for c in CUSTOMERS if any(as_of - pause <= d < as_of for d in history[c]))

    rows = pause_outcomes(
        ibis.memtable(customers(population)),
        ibis.memtable(activity(history)),
        as_of=day(as_of),
        pause_days=pause,
        observation_end=day(end),
    ).to_pyarrow()

    found = {row["customer_id"]: (row["duration"], row["event"]) for row in rows.to_pylist()}
    assert found == {c: pause_by_hand(history[c], as_of, pause, end) for c in population}
    assert all(1 <= duration <= end - as_of for duration, _ in found.values())


@pytest.mark.parametrize(
    ("purchases", "end", "expected"),
    [
        # Bought the day before as_of (day 30): 28 silent days are days 30 to 57, over when day 58 begins.
        ({29}, 70, (28, True)),
        ({29}, 58, (28, True)),
        # One day less of follow-up, and the last silent day is not over: censored.
        ({29}, 57, (27, False)),
        # The pause began before as_of: 27 days of it are over, one more completes it.
        ({2}, 70, (1, True)),
        # A purchase on the last day of the pause starts it anew: days 58 to 85, beyond what is known.
        ({29, 57}, 70, (40, False)),
        # A purchase on the day after its completion is too late to undo it.
        ({29, 58}, 70, (28, True)),
        # A completed pause before as_of is over: the customer bought again.
        ({0, 29}, 70, (28, True)),
    ],
)
def test_the_arithmetic_of_a_28_day_pause(purchases, end, expected):
    """Counted by hand as of day 30."""
    rows = pause_outcomes(
        ibis.memtable(customers(("1",))),
        ibis.memtable(activity({"1": purchases})),
        as_of=day(30),
        pause_days=28,
        observation_end=day(end),
    ).to_pyarrow()

    assert [(row["duration"], row["event"]) for row in rows.to_pylist()] == [expected]


@quick
@given(histories, st.integers(1, 40), st.integers(1, 20), st.sets(st.integers(0, 30), max_size=8))
def test_no_row_on_or_after_the_observation_end_is_read(connection, history, as_of, follow_up, later):
    """Whatever is bought from that day on changes neither label nor outcome."""
    end = as_of + follow_up
    population = tuple(c for c in CUSTOMERS if any(as_of - 28 <= d < as_of for d in history[c]))
    changed = {c: {d for d in days if d < end} | {end + d for d in later} for c, days in history.items()}

    def outcome(table: pa.Table) -> list[dict]:
        people, bought = ibis.memtable(customers(population)), ibis.memtable(table)
        pauses = pause_outcomes(people, bought, as_of=day(as_of), pause_days=28, observation_end=day(end))
        labels = label_events(people, bought, outcome=Outcome.PURCHASE, as_of=day(as_of), window_days=follow_up)
        return [t.order_by("customer_id").to_pyarrow().to_pylist() for t in (pauses, labels)]

    assert outcome(activity(changed)) == outcome(activity(history))
