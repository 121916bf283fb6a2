"""People erased: nothing of them is left in any file, everybody else is as before, and every check still ends well."""

import hashlib
import io
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import typer
from typer.testing import CliRunner

from adapters.lake_rewriting import tables_below
from cli import consent as consents
from cli import erase as commands
from governance.doors.demonstration import REVIEWERS, demo_key
from home.backup import back_up, restore
from provenance.delivered import open_day
from provenance.erasing import Done, erase, erase_again, finish_unfinished
from provenance.held import look
from provenance.holdings import all_ids, holdings
from provenance.kept_out import Left, back_again
from provenance.replay import replay
from provenance.roll_up import roll_up_all
from provenance.signed_scores import check_signed
from provenance.trace import steps_to_take
from tenure.contracts import Source
from tenure.errors import ErasureError, RefusedError
from tests import company
from tests.long_runs import IS_LONG
from tests.office import DAY, MODEL, Office


def erased(office: Office, *people: str, signers: tuple[str, ...] = REVIEWERS) -> Done:
    """Erase people, as reviewers of the demonstration."""
    place = office.workplace
    keys = {name: demo_key(place.settings, name) for name in signers}
    return erase(place, all_ids(place, people), n_people=len(people), reason="asked for", signers=keys)


def write_a_day(office: Office) -> None:
    """Write scores of a day with a row less."""
    lake = office.workplace.lake
    lake.replace_days(lake.open(f"{MODEL}/scores"), office.delivered.rows.slice(1), days=[DAY], key=("customer_id",), note={})


def scored(office: Office) -> list[str]:
    """Who was scored."""
    return office.delivered.rows["customer_id"].to_pylist()


def found_in(home: Path, *ids: str) -> list[str]:
    """Files of a home, of whatever kind and name, in whose bytes one of the ids stands, unpacked where they are packed."""
    words = re.compile(rb"(?<![0-9.])(" + b"|".join(one.encode() for one in ids) + rb")(?![0-9])")
    return [str(path) for path in sorted(home.rglob("*")) if path.is_file() and any(map(words.search, _told_by(path)))]


def _told_by(path: Path) -> Iterator[bytes]:
    """What a file holds."""
    content = path.read_bytes()
    if content[:4] == b"PAR1":
        file = pq.ParquetFile(io.BytesIO(content))
        yield repr(file.metadata.metadata).encode() + repr(file.read().to_pydict()).encode()
    elif content.startswith(b"SQLite"):
        with closing(sqlite3.connect(path)) as database:
            yield "\n".join(database.iterdump()).encode()
    else:
        yield content


def others(office: Office, gone: list[str]) -> dict[str, dict[int, pa.Table]]:
    """Every version of every table, without the rows of some customers."""
    found: dict[str, dict[int, pa.Table]] = {}
    lake = office.workplace.lake
    for name in tables_below(lake.root / "shop"):
        for version in range(lake.open(name).version + 1):
            rows = _rows(office, name, version)
            if "customer_id" in rows.column_names:
                rows = rows.filter(pc.invert(pc.is_in(rows["customer_id"], pa.array(gone, pa.string()))))
            found.setdefault(name, {})[version] = rows
    return found


def _rows(office: Office, name: str, version: int) -> pa.Table:
    """The rows of a version as they stand in its files, salts among them."""
    table = office.workplace.lake.open(name, version=version)
    added = pa.RecordBatchReader.from_stream(table.delta.get_add_actions(flatten=True)).read_all()
    parts = [pq.ParquetFile(table.path / each).read() for each in sorted(added["path"].to_pylist())]
    return pa.concat_tables(parts, promote_options="default").combine_chunks()


def is_sound(office: Office, customer: str) -> bool:
    """Whether verify, replay, and the trace of somebody else end well."""
    place = office.workplace
    delivered = open_day(place, place.project.model(MODEL), DAY)
    check_signed(delivered)
    steps = [take() for take in steps_to_take(delivered, customer)]
    assert [step.words for step in steps if not step.verified] == []
    assert look(place).faults == ()
    assert replay(place, delivered.spec, DAY).differences == ()
    return True


def test_nothing_of_a_person_is_left_and_everybody_else_is_as_before(office):
    """In every version, raw batch and log of a table; twice, so that leaves are emptied beside emptied ones."""
    office = office.later(30)
    office.change_an_amount()
    office.score(DAY)
    first, second, third, stays = scored(office)[3:7]
    before = others(office, [first, second, third])
    done = erased(office, first, second)

    assert found_in(office.home, first, second) == []
    assert is_sound(office, stays)
    erased(office, third)
    assert found_in(office.home, first, second, third) == []
    assert others(office, []) == before
    assert is_sound(office, stays)
    assert replay(office.workplace, office.delivered.spec, DAY).n_erased == 3
    assert "3 more were erased since, as the log says" in check_signed(office.delivered)
    assert done.act.counts["models that learnt from them"] == 1
    assert office.workplace.promotions.erasures().n_people == 3


def test_what_is_made_after_it_is_as_if_the_person_had_never_been_there(office):
    """Rolled-up days and features stay; a day that is scored again has the same scores, under the digest of what is left."""
    office = office.later(30)
    gone, stays = scored(office)[2:4]
    erased(office, gone)
    before = office.delivered.rows
    versions = {name: office.workplace.lake.open(name).version for name in tables_below(office.workplace.lake.root / "shop")}
    roll_up_all(office.workplace)
    office.score(DAY)

    assert [name for name in versions if office.workplace.lake.open(name).version != versions[name]] == [f"{MODEL}/scores"]
    assert office.delivered.rows.drop_columns(["features_digest"]).equals(before.drop_columns(["features_digest"]))
    assert is_sound(office, stays)
    office.change_an_amount()
    office.score(DAY)
    assert is_sound(office, stays)
    assert found_in(office.home, gone) == []


def test_it_takes_as_many_reviewers_as_a_promotion_and_changes_nothing_before(office):
    """Refused before a byte is changed, and nothing that was made ready stays."""
    gone = scored(office)[0]
    files = {path: path.read_bytes() for path in office.home.rglob("*") if path.is_file()}
    with pytest.raises(RefusedError, match="takes 2 different reviewers"):
        erased(office, gone, signers=REVIEWERS[:1])
    with pytest.raises(ErasureError, match="Nothing is held of them"):
        erased(office, "a stranger")

    changed = {path for path in office.home.rglob("*") if path.is_file() and files.get(path) != path.read_bytes()}
    assert {path.name for path in changed} <= {"erasing.lock"} | {path.name for path in changed if path.name.endswith(".erased")}
    finish_unfinished(office.workplace)
    assert list(office.home.rglob("*.erased")) == []


def test_who_is_delivered_again_or_comes_with_an_older_backup_is_taken_out_again(office, tmp_path):
    """Rows of a later delivery before they land; of a backup before the home is used, and reviewers sign what that changed."""
    gone, stays = scored(office)[4:6]
    source = office.workplace.project.source(company.LINES)
    days = office.workplace.raw.keys("shop", source.name)
    receipts = [office.workplace.raw.receipt("shop", source.name, day) for day in days]
    delivered = [office.workplace.raw.content_of(one) for one in receipts]
    back_up(office.workplace.settings, tmp_path / "backup.tar", now=office.now)
    erased(office, gone)
    left = Left(office.workplace, source)
    again = [left(content, "parquet")[0] for content in delivered]

    assert left.n_gone > 0
    assert again == [office.workplace.raw.content_of(office.workplace.raw.receipt("shop", source.name, day)) for day in days]
    assert back_again(office.workplace) == set()

    old = Office(tmp_path / "old" / "home")
    shutil.copytree(office.workplace.settings.keys, old.workplace.settings.keys)
    restore(old.workplace.settings, tmp_path / "backup.tar")
    assert back_again(old.workplace) == {gone}
    erase_again(old.workplace, {gone})
    assert found_in(old.home, gone) == []
    with pytest.raises(ErasureError, match="waits for the signatures"):
        finish_unfinished(old.workplace)
    with pytest.raises(ErasureError, match="not ended"):
        write_a_day(old)
    finish_unfinished(old.workplace, signers={name: demo_key(old.workplace.settings, name) for name in REVIEWERS})
    assert is_sound(old, stays)


def test_what_was_made_with_the_person_is_not_written_after_it(office):
    """A run that read before an erasure and would write after it is refused, and runs again."""
    gone = scored(office)[4]
    table, rows = office.workplace.lake.open(f"{MODEL}/scores"), office.delivered.rows
    erased(office, gone)
    with pytest.raises(ErasureError, match="People were erased, or pseudonyms let go, while this ran"):
        office.workplace.lake.replace_days(table, rows, days=[DAY], key=("customer_id",), note={})


KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[4])
import adapters.lake_rewriting, adapters.raw_store, provenance.erased_files, provenance.erasing, governance.doors.erasures
from tests.office import Office
from tests.integration.test_erasing import erased
place, name = sys.argv[2].rsplit(".", 1)
module = sys.modules[place] if place in sys.modules else getattr(sys.modules[place.rsplit(".", 1)[0]], place.rsplit(".", 1)[1])
whole, left = getattr(module, name), [int(sys.argv[3])]
def until(*args, **named):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), 9)
    return whole(*args, **named)
setattr(module, name, until)
erased(Office(Path(sys.argv[1])), sys.argv[5])
"""
STEPS = [
    ("adapters.lake_rewriting.beside", 3),
    ("governance.doors.erasures.Erasing.enter_erasures", 0),
    ("provenance.erasing.put", 0),
    ("provenance.erasing.put", 4),
    ("adapters.lake_rewriting._patch_commit", 3),
    ("adapters.raw_store.RawStore.rewrite", 5),
    ("adapters.raw_objects.RawObjects.let_go", 2),
    ("provenance.erasing.put_files", 0),
]


def killed(office: Office, gone: str, step: str, nth: int) -> None:
    """Erase somebody in a process that dies before a step is taken for the nth time."""
    here = str(Path(__file__).parents[2])
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(office.home), step, str(nth), here, gone],
        env={**os.environ, "PYTHONPATH": here},
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.slow
@pytest.mark.parametrize("is_beside", [True, False])
def test_what_was_begun_when_a_backup_was_made_is_ended_in_the_home_that_it_makes(office, tmp_path, is_beside):
    """With what was written beside or, of an older backup, anew; and whoever was erased since is taken out after it."""
    gone, since, stays = scored(office)[4:7]
    before = others(office, [gone, since])
    killed(office, gone, "provenance.erasing.put", 4)
    back_up(office.workplace.settings, tmp_path / "backup.tar", now=office.now)
    finish_unfinished(office.workplace)
    erased(office, since)

    old = Office(tmp_path / "old" / "home")
    shutil.copytree(office.workplace.settings.keys, old.workplace.settings.keys)
    restore(old.workplace.settings, tmp_path / "backup.tar")
    for path in [] if is_beside else old.home.rglob("*.erased"):
        path.unlink()
    place, signers = old.workplace, {name: demo_key(old.workplace.settings, name) for name in REVIEWERS}
    assert place.lake.guard.is_unfinished
    assert back_again(place) == {gone, since}
    erase_again(place, {gone, since})
    assert found_in(old.home, gone, since) == []
    finish_unfinished(place, signers=signers)
    assert others(old, []) == before
    assert is_sound(old, stays)
    assert found_in(office.home, gone, since) == []  # what a restored home does, it does to its own files


def test_who_is_back_is_found_in_every_place_that_holds_rows(office):
    """Tables that were read whole, files of the inbox, and test rows, each alone."""
    place, gone = office.workplace, scored(office)[4]
    source = place.project.source(company.LINES)
    batch = as_received(source, place.lake.rows(f"validated/{source.name}"), gone)
    rows = {root: place.test_rows.customers(root) for root in place.test_rows.roots()}
    measured = next(ids[0] for ids in rows.values() if ids)
    erased(office, gone)
    assert back_again(place) == set()

    for folder in (place.settings.inbox / "shop", place.settings.raw / "wholes" / "shop"):
        file = folder / source.name / f"{hashlib.sha256(batch).hexdigest()}.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(batch)
        assert back_again(place) == {gone}
        file.unlink()
    place.tombstones.add([measured])
    assert back_again(place) >= {measured}


def as_received(source: Source, rows: pa.Table, customer: str) -> bytes:
    """Rows of one customer, as the company delivers them."""
    own, content = rows.filter(pc.equal(rows["customer_id"], customer)), io.BytesIO()
    pq.write_table(pa.table({column.source_name: own[column.name] for column in source.received_columns}), content)
    return content.getvalue()


def test_whom_nobody_knows_is_said_and_so_is_who_was_erased(office, monkeypatch):
    """With what to do; nobody is told for whom somebody looked."""
    gone = scored(office)[4]
    monkeypatch.setattr(commands, "open_workplace", lambda _: office.workplace)
    app = typer.Typer()
    commands.add_to(app)

    stranger = CliRunner().invoke(app, ["--person", "a-stranger", "--dry-run"])
    assert "Nobody of that id is known in shop" in str(stranger.exception)
    assert "look whether it was mistyped" in str(stranger.exception)
    assert "a-stranger" not in str(stranger.exception)
    erased(office, gone)
    again = CliRunner().invoke(app, ["--person", gone, "--dry-run"])
    assert str(again.exception) == "That person was erased already, and nothing has come of them since."
    monkeypatch.setattr(consents, "open_workplace", lambda _: office.workplace)
    consents.add_to(app)
    stands = CliRunner().invoke(app, ["consent", "of", gone])
    assert "That person was erased: nothing is kept of them, and nothing of them may be used." in stands.output
    assert "may be used." not in stands.output.replace("nothing of them may be used.", "")


@pytest.mark.slow
@pytest.mark.parametrize(("step", "nth"), STEPS)
def test_killed_at_any_step_the_same_command_ends_it(office, step, nth):
    """Before the log names it nothing is changed; after that it is finished, and meanwhile nobody writes."""
    gone, stays = scored(office)[4:6]
    before = others(office, [gone])
    killed(office, gone, step, nth)
    if office.workplace.lake.guard.is_unfinished:
        with pytest.raises(ErasureError, match="tenure erase --again"):
            write_a_day(office)
    finish_unfinished(office.workplace)
    if not holdings(office.workplace, [gone]).is_empty:  # killed before the log named it: as if nobody had begun
        erased(office, gone)

    assert found_in(office.home, gone) == []
    assert others(office, []) == before
    assert is_sound(office, stays)
    assert holdings(office.workplace, [gone]).is_empty


def test_the_command_says_where_somebody_is_asks_and_hands_out_a_receipt_that_names_nobody(office, monkeypatch):
    """In figures; a reason that names the id is refused."""
    gone = scored(office)[4]
    monkeypatch.setattr(commands, "open_workplace", lambda _: office.workplace)
    app = typer.Typer()
    commands.add_to(app)
    signers = [word for name in REVIEWERS for word in ("--as", name)]

    def run(*words: str, said: str = ""):
        return CliRunner().invoke(app, words, input=said)

    looked = run("--person", "-", "--dry-run", said=f"{gone}\n")
    assert (looked.exit_code, "1 models that learnt from them" in looked.output) == (0, True)
    assert "1 of 57 customers it learnt from were erased: train it again" in looked.output
    named = run("--person", gone, "--reason", f"{gone} wrote", *signers)
    assert "The reason names an id" in str(named.exception)
    left = run("--person", gone, "--reason", "asked for", *signers, said="n\n")
    assert left.exit_code == 1
    assert not holdings(office.workplace, [gone]).is_empty
    done = run("--person", gone, "--reason", "asked for", *signers, said="y\n")
    assert (done.exit_code, done.exception) == (0, None)
    (text,) = (office.home / "reports" / "shop" / "erasures").glob("*.txt")
    assert "The records of 1 people were taken out" in text.read_text()
    assert found_in(office.home, gone) == []


@pytest.mark.skipif(not IS_LONG, reason="make test-long runs it")
def test_one_after_the_other_until_five_are_left(office):
    """In any order, some of them together: nobody who went is found, and who is left is as before."""
    rng, left = random.Random(7), scored(office)  # noqa: S311 - an order, not a secret
    rng.shuffle(left)
    stays, going = left[:5], left[5:]
    before = others(office, going)
    gone = list[str]()
    while going:
        some = [going.pop() for _ in range(min(rng.choice((1, 1, 1, 3)), len(going)))]
        erased(office, *some)
        gone += some
        assert found_in(office.home, *gone) == []
    assert others(office, []) == before
    assert is_sound(office, stays[0])
