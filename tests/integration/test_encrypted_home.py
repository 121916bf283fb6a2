"""A company whose home is kept encrypted: it still does all that it does, and nothing planted stands in what is covered."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.at_rest import is_encrypted
from adapters.installation_keys import KeyPlace, new_key
from adapters.private_folder import MEMORY
from adapters.settings import Settings
from adapters.whole_files import write_new
from governance.doors.demonstration import REVIEWERS, demo_key
from home.backup import back_up, restore
from home.encrypting import BATCHES, ROWS, TRAININGS, begin, standing
from home.workplace import Workplace
from provenance.delivered import open_day
from provenance.ending_source import end_source
from provenance.erasing import erase
from provenance.held import look
from provenance.holdings import all_ids
from provenance.score_export import hand_out
from provenance.trace import steps_to_take
from tenure.errors import EncryptionError
from tests import company
from tests.premises import AS_OF, Premises

pytestmark = pytest.mark.slow
MODEL, DAY = company.PROPENSITY, AS_OF + timedelta(days=1)


@dataclass(frozen=True)
class Closed(Premises):
    """Premises whose installation key lies beside the home."""

    @property
    def settings(self) -> Settings:
        """Its places, and where the key is."""
        return replace(super().settings, encryption=KeyPlace(file=self.folder / "key"))


@pytest.fixture
def closed(established: Premises, tmp_path: Path) -> Closed:
    """The company once its history was landed and learnt from in the clear, and encryption was begun."""
    place = established.copy(tmp_path / "company")
    made = Closed(place.folder)
    write_new(made.folder / "key", new_key())
    begin(made.settings)
    return made


def holding(words: list[bytes], *places: Path) -> list[str]:
    """Files below some places in whose bytes one of the words stands."""
    files = (path for place in places for path in ([place] if place.is_file() else sorted(place.rglob("*"))))
    return [str(path) for path in files if path.is_file() and any(word in path.read_bytes() for word in words)]


def still_plain(home: Path) -> list[Path]:
    """Files with rows of people that are covered, and lie in the clear."""
    rows = (home / "raw" / "objects", home / "raw" / "wholes", home / "store" / "test_rows", home / "lanes", home / "handed")
    files = (path for folder in rows for path in folder.rglob("*") if path.is_file())
    return [path for path in files if path.suffix != ".whole" and path.name != "latest" and not is_encrypted(path)]


def is_sound(place: Workplace, customer: str) -> bool:
    """Whether a score is walked back to the bytes, and the log and its days verify."""
    delivered = open_day(place, place.project.model(MODEL), DAY)
    assert [step.words for take in steps_to_take(delivered, customer) if not (step := take()).verified] == []
    assert look(place).faults == ()
    return True


def temporary(home: Path) -> Iterator[Path]:
    """Where something plain may have been meanwhile."""
    yield from MEMORY.glob("tenure-plain-*")
    yield from home.glob("plain/*")


def test_a_company_lands_trains_scores_traces_erases_and_is_restored(
    established: Premises, closed: Closed, tmp_path: Path
) -> None:
    """And a scan of raw, test rows, trainings' rows, exports, backup and temporary folders finds no id of anybody."""
    place, home = closed.workplace, closed.settings.home
    assert closed.run("daily", [DAY]).succeeded
    assert closed.run(f"train_{MODEL}", as_of=AS_OF).succeeded
    rows = closed.rows(f"{MODEL}/scores", DAY)
    assert rows is not None
    gone, stays, *_ = customers = rows["customer_id"].to_pylist()
    delivered = open_day(place, place.project.model(MODEL), DAY)
    hand_out(delivered, tmp_path / "scores.csv", encrypted=True)
    hand_out(delivered, home / "handed" / "scores.csv")
    assert {part.name: part.n_plain for part in standing(closed.settings) if part.n_encrypted} == {
        BATCHES: 0,
        ROWS: 0,
        TRAININGS: 0,
    }
    assert is_sound(place, stays)

    keys = {name: demo_key(place.settings, name) for name in REVIEWERS}
    erase(place, all_ids(place, [gone]), n_people=1, reason="asked for", signers=keys)
    assert is_sound(place, stays)

    source = company.RARE.source
    days = place.raw.keys(place.project.name, source)
    ended = end_source(place, source, reason="its contract ended", signers=keys)
    assert (ended.n_keys, ended.n_batches) == (1, len(days))
    assert is_sound(place, stays)
    assert {place.raw.content_of(one) for _, one in place.raw.all_receipts() if one.source == source} == {b""}
    with pytest.raises(EncryptionError, match="There is no data key"):
        end_source(place, source, reason="again", signers=keys)

    back_up(closed.settings, tmp_path / "backup.tar", now=place.clock())
    planted = [one.encode() for one in customers]
    assert holding(planted, established.settings.raw), "the scan finds what lies in the clear"
    assert still_plain(established.settings.home)
    assert still_plain(home) == []
    covered = (home / "raw", home / "store" / "test_rows", home / "lanes", home / "handed")
    assert holding(planted, *covered, tmp_path / "backup.tar", tmp_path / "scores.csv", *temporary(home)) == []
    assert list(temporary(home)) == []

    again = Closed(tmp_path / "again")
    again.folder.mkdir()
    shutil.copy(closed.folder / "key", again.folder / "key")
    shutil.copytree(closed.settings.keys, again.settings.keys)
    restore(again.settings, tmp_path / "backup.tar")
    there = Workplace(closed.project, again.settings)
    assert is_sound(there, stays)
    assert place.at_rest.read(tmp_path / "scores.csv") == place.at_rest.read(home / "handed" / "scores.csv")
