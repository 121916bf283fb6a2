"""Origins against real Delta tables: which days of a table are out of date once its inputs have changed."""

import json
from datetime import date, timedelta

import pyarrow as pa
import pytest

from adapters.lake import Lake, changes, commits_by_day
from provenance.lineage import Lineage
from provenance.origins import Input, Origins, open_origins

DAYS = tuple(date(2020, 3, d) for d in (1, 2, 3, 4))


@pytest.fixture
def lake(tmp_path) -> Lake:
    """A lake with an input of four days, and a table made from it."""
    lake = Lake(tmp_path, "p")
    put(lake, "input", dict.fromkeys(DAYS, 1))
    make(lake, DAYS)
    return lake


def put(lake: Lake, name: str, values: dict[date, int]) -> None:
    """Replace days of a table by one row each."""
    rows = pa.table({"day": pa.array(values, pa.date32()), "n": pa.array(values.values(), pa.int64())})
    lake.replace_days(lake.open(name), rows, days=list(values), key=("n",), note={})


def origins(lake: Lake, *, reaches_back: bool = True, definition: str | None = "one", inputs=("input",)) -> Origins:
    """The origins of the table as they stand."""
    opened = [Input(lake.open(name), reaches_back=reaches_back) for name in inputs]
    return open_origins(lake, lake.open("made"), *opened, definition=definition)


def make(lake: Lake, days, **how) -> None:
    """Make days of the table, always to the same content, and note where they came from."""
    rows = pa.table({"day": pa.array(days, pa.date32()), "n": pa.array([7] * len(days), pa.int64())})
    origins(lake, **how).replace_days(rows, days=days, key=("n",))


def test_days_just_made_are_not_stale(lake):
    """Nothing has changed since."""
    assert origins(lake).stale_days(DAYS) == ()


def test_a_day_never_made_is_stale(lake):
    """It has no rows."""
    later = DAYS[-1] + timedelta(days=1)

    assert origins(lake).stale_days([later, DAYS[0]]) == (later,)


def test_a_change_of_an_input_that_reaches_back_concerns_every_later_day(lake):
    """What came before it was made without it."""
    put(lake, "input", {DAYS[2]: 2})

    assert origins(lake).stale_days(DAYS) == DAYS[2:]


def test_a_change_of_a_same_day_input_concerns_that_day_alone(lake):
    """Scores are made from the features of their day."""
    put(lake, "input", {DAYS[1]: 2})

    assert origins(lake, reaches_back=False).stale_days(DAYS) == (DAYS[1],)


def test_an_input_that_gains_a_later_day_makes_nothing_stale(lake):
    """Every morning brings one; its versions rise, and the days before stay as they are."""
    put(lake, "input", {DAYS[-1] + timedelta(days=1): 1})

    assert origins(lake).stale_days(DAYS) == ()


def test_a_day_made_again_with_equal_content_is_not_stale_any_more(lake):
    """The table's rows stay, no day of it has changed, and yet it stands on the new version and another lineage."""
    put(lake, "input", {DAYS[2]: 2})
    before, files, changed = commits_by_day(lake.open("made")), lake.open("made").delta.file_uris(), changes(lake.open("made"))

    make(lake, DAYS[2:])
    after = commits_by_day(lake.open("made"))

    assert (lake.open("made").delta.file_uris(), changes(lake.open("made"))) == (files, changed)
    assert [day for day in DAYS if after[day].lineage != before[day].lineage] == [*DAYS[2:]]
    assert [day for day in DAYS if after[day].content != before[day].content] == []
    assert origins(lake).stale_days(DAYS) == ()


def test_a_day_made_again_that_was_not_stale_keeps_its_origin(lake):
    """A repeated run commits nothing, though its inputs have newer versions."""
    put(lake, "input", {DAYS[-1] + timedelta(days=1): 1})
    version = lake.open("made").version

    make(lake, DAYS)

    assert lake.open("made").version == version


def test_another_definition_makes_every_day_stale_for_whoever_asks_about_it(lake):
    """Whether data have changed can be asked without it."""
    assert origins(lake, definition="two").stale_days(DAYS) == DAYS
    assert origins(lake, definition=None).stale_days(DAYS) == ()


def test_a_day_of_unknown_origin_is_stale(lake):
    """A process killed after the table's commit, or a home from before origins were kept."""
    later = DAYS[-1] + timedelta(days=1)
    put(lake, "made", {later: 7})

    assert origins(lake).stale_days([*DAYS, later]) == (later,)


def test_another_set_of_inputs_makes_every_day_stale(lake):
    """What it was made from then does not say what the new input would change."""
    assert origins(lake, inputs=("input", "another")).stale_days(DAYS) == DAYS


def test_an_input_made_anew_makes_every_day_stale(lake):
    """Its versions count from the beginning again."""
    put(lake, "input", {DAYS[3]: 2})
    make(lake, DAYS)
    (lake.root / "p" / "input").rename(lake.root / "p" / "lost")
    put(lake, "input", dict.fromkeys(DAYS, 1))

    assert DAYS[3] in origins(lake).stale_days(DAYS)


def test_a_day_without_rows_is_made_once(lake):
    """Of a day on which nothing happened, too, it is known how it was made; it is stale again once an input changes."""
    empty, quiet = pa.table({"day": pa.array([], pa.date32()), "n": pa.array([], pa.int64())}), DAYS[-1] + timedelta(days=1)
    origins(lake).replace_days(empty, days=[quiet], key=("n",))
    fresh = Lake(lake.root, "another")
    origins(fresh).replace_days(empty, days=[quiet], key=("n",))

    assert origins(lake).made_otherwise([quiet]) == origins(fresh).made_otherwise([quiet]) == ()
    put(lake, "input", {quiet: 1})
    assert origins(lake).made_otherwise([quiet]) == (quiet,)


def test_days_that_an_earlier_version_made_are_known_by_the_table_that_it_kept(lake):
    """Until they are made again, whose notes then tell."""
    kept = json.dumps({"definition": "one", "versions": {"input": 0}})
    rows = pa.table({"day": pa.array(DAYS, pa.date32()), "n": pa.array([7] * 4, pa.int64())})
    lake.replace_days(lake.open("old"), rows, days=DAYS, key=("n",), note={})
    told = pa.table({"day": pa.array(DAYS[:3], pa.date32()), "made_from": [kept] * 3})
    lake.replace_days(lake.open("origins/old"), told, days=DAYS[:3], key=("made_from",), note={})

    assert open_origins(lake, lake.open("old"), Input(lake.open("input")), definition="one").stale_days(DAYS) == DAYS[3:]


def test_lineage_is_carried_forward_and_computed_again_from_the_records(lake):
    """What each stage notes is what a check computes; a note of an input that was rewritten is found by whoever computes."""
    noted, computed = Lineage(lake), Lineage(lake, is_checked=True)
    version = lake.open("made").version

    assert [noted.of("made", version, day) for day in DAYS] == [computed.of("made", version, day) for day in DAYS]
    assert len({noted.of("made", version, day) for day in DAYS}) == len(DAYS)
    (log,) = (lake.root / "p" / "input" / "_delta_log").glob("*.json")
    content = commits_by_day(lake.open("input"))[DAYS[1]].content
    log.write_text(log.read_text().replace(str(content), "0" * 64))
    forged = Lineage(lake, is_checked=True)
    assert [day for day in DAYS if forged.of("made", version, day) != noted.of("made", version, day)] == [*DAYS[1:]]


def test_a_day_stands_on_the_lineage_of_the_version_that_it_read(lake):
    """An input that changes later changes nothing of what was made before."""
    version, before = lake.open("made").version, Lineage(lake, is_checked=True)
    then = [before.of("made", version, day) for day in DAYS]
    put(lake, "input", {DAYS[0]: 2})
    make(lake, DAYS)
    after = Lineage(lake, is_checked=True)

    assert [after.of("made", version, day) for day in DAYS] == then
    assert not set(then) & {after.of("made", lake.open("made").version, day) for day in DAYS}
