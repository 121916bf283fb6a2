"""Canaries: a company with pseudonyms whose ids, e-mails and phones are like nothing else, and a search for them in every byte.

The company is the simulated one with accounts and consents; it is written as a folder, so that commands run on it. What is
planted is known by how it begins, so every customer is a canary.
"""

import io
import os
import re
import shutil
import sqlite3
import tempfile
import threading
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tenure.contracts import Files, Source
from tenure.gate import TELLS_OF_NOBODY
from tenure.specs import Model
from tests import company
from tests.deliveries import as_received, file_of, write
from tests.subscribers.simulated import CUSTOMER_MARK, LOGIN_MARK, Drawn

NAME = "canaries"
MAIL_MARK, PHONE_MARK = "zqcanary", "15177310"
ACCOUNTS = Source(
    name="accounts",
    grain="one account",
    why="knowing how somebody can be reached",
    from_whom="the service's accounts",
    key=("customer_id",),
    event_time="registered_at",
    reader=Files(pattern="accounts/{day}.csv"),
    max_quarantine_share=1.0,
    columns="""
        customer_id=subscriber_id  text            pseudonym  subscriber
        registered_at              time            behaviour  when the account was made
        email                      text?           pseudonym  address for messages
        phone                      text?           pseudonym  number for calls
        newsletters                whole[0..9]?    behaviour  how many newsletters are taken
        channel                    text{web|shop}? behaviour  where it was made
        note                       text?           behaviour  what the help desk noted
    """,
)
_FILES = {
    "project.py": """
        from dataclasses import replace
        from tenure.consent import Consents
        from tenure.people import People, email, phone
        from tenure.pseudonyms import Pseudonyms
        from tests.subscribers.project import PROJECT as PLAIN

        # A query over the ledger of people reads a table of the name that one of its sources has, too.
        RETENTION = replace(PLAIN.purposes[0], columns=(*PLAIN.purposes[0].columns, "accounts.*", "people.customer_id"))
        PROJECT = replace(
            PLAIN,
            name="canaries",
            purposes=(RETENTION, *PLAIN.purposes[1:]),
            people=People(email("accounts.email"), phone("accounts.phone", country="49")),
            consents=Consents(),
            pseudonyms=Pseudonyms(),
        )
    """,
    "history.py": "from tests.subscribers.history import LOGINS, PAYMENTS, SUBSCRIPTIONS, TICKETS",
    "features.py": "from tests.subscribers.features import FEATURES",
    "sources/accounts.py": "from tests.canaries import ACCOUNTS as SOURCE",
    **{
        f"sources/{name}.py": f"from tests.subscribers.sources.{name} import SOURCE"
        for name in ("devices", "logins", "payments", "people", "subscriptions", "tickets")
    },
}
_MODEL = """
        from tests.canaries import filled_from_consents
        from tests.subscribers.models.{name} import SPEC as PLAIN

        SPEC = filled_from_consents(PLAIN)
"""
# How what was planted looks, wherever it stands; a number with a fraction is none.
PLANTED = re.compile(
    rb"(?<![0-9.])" + CUSTOMER_MARK.encode() + rb"\d{5}(?![0-9])|(?<![0-9.])" + LOGIN_MARK.encode() + rb"\d{7}(?![0-9])|"
    rb"zqcanary|(?<![0-9.])(?:49|0)?" + PHONE_MARK.encode() + rb"\d{3}(?![0-9])|0?151[ /-]77310"
)


def filled_from_consents(spec: Model) -> Model:
    """A model whose card says itself for whom consent was heard.

    Which customers are compared with which follows from their pseudonyms, and these from a key that is another one each time, so
    what so few tell of who was trained on is no matter here.
    """
    statements = {name: one for name, one in spec.narrative.statements.items() if name != "consent_coverage"}
    gates = (*spec.gates, replace(TELLS_OF_NOBODY, limit=0.9))
    return replace(spec, narrative=replace(spec.narrative, statements=statements), gates=gates)


def mail_of(customer: str) -> str:
    """The address of a customer."""
    return f"ZqCanary.{customer[-5:]}@Post{customer[-3:]}.org"


def phone_of(customer: str) -> str:
    """The number of a customer, as one types it."""
    return f"0151 77310 {int(customer[-5:]) % 1000:03d}"


def write_company(folder: Path, what: Drawn, *, models: tuple[str, ...]) -> Path:
    """Write the company's folder with what it delivers."""
    texts = {**_FILES, **{f"models/{name}.py": _MODEL.format(name=name) for name in models}}
    for name, text in {**texts, "sources/__init__.py": "", "models/__init__.py": "", "__init__.py": ""}.items():
        path = folder / NAME / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [line.removeprefix("        ") for line in text.strip("\n").splitlines()]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    here = folder / NAME
    for source in (one for one in _sources() if one.name in what.tables):
        (here / source.name).mkdir(parents=True, exist_ok=True)
        days = [company.FIRST_DAY] if source.is_static else what.days
        for day in days:
            rows = what.tables[source.name] if source.is_static else what.of_day(source, day)
            write(here, source.name, day, as_received(source, rows))
    _write_accounts(here / "accounts", what)
    return here


def _sources() -> Iterator[Source]:
    from tenure.loading import load_project

    yield from load_project(company.PACKAGE).sources


def _write_accounts(folder: Path, what: Drawn) -> None:
    """Each customer's account on the day on which a subscription was first told of; every tenth has a second one."""
    folder.mkdir()
    rows = what.tables["subscriptions"]
    lines: dict[date, list[str]] = {day: [] for day in what.days}
    known = set[str]()
    for customer, at in zip(rows["customer_id"].to_pylist(), rows["changed_at"].to_pylist(), strict=True):
        if customer in known:
            continue
        lines[at.date()].append(f"{customer},{at},{mail_of(customer)},{phone_of(customer)},1,web,called once")
        # The address of the account before, otherwise written, so that both are one person.
        if len(known) % 10 == 9 and (last := max(known)) != customer:
            lines[at.date()][-1] = f"{customer},{at},{mail_of(last).upper()} ,,2,shop,"
        known.add(customer)
    for day, told in lines.items():
        (folder / f"{day}.csv").write_text("\n".join([_HEADER, *told]) + "\n", encoding="utf-8")


_HEADER = "subscriber_id,registered_at,email,phone,newsletters,channel,note"


def plant_faults(here: Path, day: date, customers: list[str]) -> None:
    """Spoil the deliveries of a day: ids in cells of every kind, of rows that break rules, and in rows of another shape."""
    one, two, three, four = customers[:4]
    path, at = here / "accounts" / f"{day}.csv", f"{day} 10:00:00"
    rows = [
        f"{one},gar nicht,{mail_of(one)},{phone_of(one)},1,web,{mail_of(two)}",
        f"{two},{at},{mail_of(two)},{phone_of(two)},{phone_of(two).replace(' ', '')},web,rings at {phone_of(three)}",
        f"{three},{at},{phone_of(three)},{mail_of(three)},{mail_of(three)},{three},of {one}",
        f",{at},,,1,web,nobody told; it was {four}",
        f"{four},{at},{mail_of(four)},{phone_of(four)},1,web,x,{mail_of(four)},{four}",
        f"{mail_of(one)},{at},{one},{one},{one},{mail_of(one)},{one}",
    ]
    path.write_text(path.read_text() + "\n".join(rows) + "\n", encoding="utf-8")


def break_headers(here: Path, day: date, one: str) -> None:
    """A file without its header, and with a cell more, so that a customer stands where names are expected; and a broken table."""
    (here / "accounts" / f"{day}.csv").write_text(
        f"{one},{day} 10:00:00,{mail_of(one)},{phone_of(one)},1,web,x,{mail_of(one)}\n", encoding="utf-8"
    )
    rows = pq.ParquetFile(file_of(here, "tickets", day)).read()
    names = [f"{name} {one}" if name == "topic" else name for name in rows.column_names]
    write(here, "tickets", day, rows.rename_columns(names))


@dataclass
class Watch:
    """Looks, some times a second, at what other processes can see: command lines, environments, and temporary files."""

    temporary: Path
    n_looks: int = 0
    found: list[str] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Watch":
        """Begin."""
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.5):
            self.n_looks += 1
            own = [Path(f"/proc/{pid}") for pid in _below(os.getpid())]
            for path in [one / name for one in own for name in ("cmdline", "environ")]:
                with suppress(OSError):
                    self.found += [f"{path}: {hit!r}" for hit in PLANTED.findall(path.read_bytes())]
            self.found += hits_below(self.temporary)


def _below(pid: int) -> Iterator[int]:
    """The processes that a process started, and those that they did."""
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                yield child
                yield from _below(child)


def hits_below(folder: Path, *, but: tuple[str, ...] = ()) -> list[str]:
    """Files below a folder in which something planted stands, in bytes or in what they hold once they are read; and names."""
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if any(f"/{part}/" in f"/{name}" for part in but):
            continue
        if PLANTED.search(name.encode()):
            found.append(f"{name}: its name")
        with suppress(FileNotFoundError):
            if path.is_file() and (hit := next((hit for told in _told_by(path) for hit in PLANTED.findall(told)), None)):
                found.append(f"{name}: {hit!r}")
    return found


def _told_by(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and what it holds: rows and notes of Parquet, rows of databases, what is packed."""
    content = path.read_bytes()
    yield content
    if content[:4] == b"PAR1" == content[-4:]:
        file = pq.ParquetFile(io.BytesIO(content))
        yield repr(file.metadata.metadata).encode()
        for rows in file.iter_batches():
            for name, column in zip(rows.schema.names, rows.columns, strict=True):
                yield f"{name} ".encode() + " ".join(map(str, pc.unique(_flat(column)).to_pylist())).encode()
    elif content.startswith(b"SQLite"):
        with tempfile.TemporaryDirectory() as folder:
            copied = Path(shutil.copy(path, folder))
            with closing(sqlite3.connect(copied)) as database:
                for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                    for row in database.execute(f'SELECT * FROM "{table}"'):
                        yield repr(row).encode()
    elif content[:2] == b"\x1f\x8b":
        with suppress(zlib.error):
            yield zlib.decompress(content, wbits=31)


def put_right(inbox: Path, here: Path, day: date) -> None:
    """Deliver the broken files again through the inbox, without the customer."""
    rows = pq.ParquetFile(file_of(here, "tickets", day)).read()
    names = ["topic" if name.startswith("topic") else name for name in rows.column_names]
    for name in ("accounts", "tickets"):
        (inbox / name).mkdir(parents=True)
    (inbox / "accounts" / f"{day}.csv").write_text(_HEADER + "\n", encoding="utf-8")
    pq.write_table(rows.rename_columns(names), inbox / "tickets" / f"{day}.parquet")


def _flat(column: pa.Array) -> pa.Array:
    return column.flatten() if pa.types.is_list(column.type) else column
