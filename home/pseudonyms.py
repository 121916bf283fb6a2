"""Pseudonyms of a company at its places: what ingestion replaces by which, and what somebody types resolved, in one place.

That a company's lake holds pseudonyms is noted before its first row, in a file beside the receipts (`pseudonyms/<company>`), so a
lost key is told from one that was never made, and a declaration that is added or taken out later is refused.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache, lru_cache, partial
from pathlib import Path

import pyarrow as pa

from adapters.lake_rewriting import tables_below
from adapters.pseudonym_map import FOLDER, PseudonymMap
from adapters.settings import Settings
from adapters.whole_files import write_whole
from governance.stores.tombstones import Tombstones
from home.workplace import Workplace
from tenure.contracts import Source
from tenure.errors import HomeError, PseudonymError
from tenure.people.normal import NOBODY
from tenure.pseudonyms.hidden import CUSTOMERS, Hiding, hidden_columns
from tenure.received.without import SHORTEST_WORD, words_of

_LOOKS_LIKE_ONE = re.compile(r"[0-9a-fA-F]{32}")
# How somebody says which one they mean, where a word may be both.
_AS_PSEUDONYM, AS_RECEIVED = "pseudonym:", "received:"
_SAY_WHICH = f"Write `{_AS_PSEUDONYM}` before it to mean a pseudonym, `{AS_RECEIVED}` to mean an id as it was received."
_HELD = "The lake holds pseudonyms in the place of ids.\n"


def pseudonyms_of(workplace: Workplace) -> PseudonymMap:
    """The map of a company that asks for pseudonyms; read once for this process."""
    return _opened(workplace.settings.keys, workplace.project.name)


@cache
def _opened(keys: Path, project: str) -> PseudonymMap:
    return PseudonymMap(keys, project)


def require_same_pseudonyms(workplace: Workplace) -> None:
    """Note that a company of which nothing is in the lake asks for pseudonyms, and make their key; refuse a later change.

    Raises
    ------
    HomeError: the lake holds raw ids where pseudonyms are asked for, or the other way round.
    """
    project, settings = workplace.project, workplace.settings
    noted = settings.raw / "pseudonyms" / project.name
    if noted.exists() == (project.pseudonyms is not None):
        return
    if any(name.startswith("validated/") for name in tables_below(settings.lake / project.name)):
        holds, asks = ("pseudonyms", "no pseudonyms") if noted.exists() else ("ids as they were received", "pseudonyms")
        undo = "Put pseudonyms=Pseudonyms() back into" if noted.exists() else "Take pseudonyms=Pseudonyms() out of"
        raise HomeError(
            f"Project {project.name!r} asks for {asks}, but its lake in {settings.home} holds {holds}, and scores were signed "
            f"over them. {undo} its project.py, or land its history anew in a home of its own (TENURE_HOME)."
        )
    if noted.exists():
        noted.unlink()
        return
    pseudonyms_of(workplace).make()
    write_whole(noted, _HELD)


def keys_that_lack(settings: Settings) -> Iterator[str]:
    """For each company whose lake holds pseudonyms, and whose key of these is not here, what that means."""
    noted = settings.raw / "pseudonyms"
    for path in sorted(noted.iterdir()) if noted.is_dir() else ():
        if not (settings.keys / FOLDER / f"{path.name}.key").exists():
            yield (
                f"{path.name}: its lake holds pseudonyms, and their key is not here. Until it is restored (--keys) nothing "
                "lands, and nobody is found by a raw id, or erased; verify, trace and replay go on by pseudonym."
            )


def hiding_of(workplace: Workplace, source: Source, *, is_kept: bool) -> Hiding | None:
    """What is replaced of a source's rows, and by what; None where the company asks for no pseudonyms.

    Parameters
    ----------
    is_kept: whether pseudonyms that are given now are kept; not where rows are only made again.

    Raises
    ------
    HomeError: as `require_same_pseudonyms`. PseudonymError: where the key is lost.
    """
    require_same_pseudonyms(workplace)
    if workplace.project.pseudonyms is None:
        return None
    found = pseudonyms_of(workplace)
    return Hiding(
        columns=hidden_columns(workplace.project, source),
        replace=lambda namespace, values: found.given(namespace, values, is_kept=is_kept),
    )


def id_in_lake(workplace: Workplace, typed: str) -> str:
    """The id under which the lake has whom somebody typed: a raw id or a pseudonym; of nobody known what was typed.

    A word that looks like a pseudonym is taken for one only where that is certain, so that nobody is taken for somebody else
    whose raw id it is, or whose pseudonym.

    Raises
    ------
    PseudonymError: for what may be a raw id, where the key is lost; for what is both a pseudonym and somebody's raw id, and for
        what looks like a pseudonym and is neither.
    """
    if workplace.project.pseudonyms is None:
        return typed
    said, word = _said_as(typed)
    if said == _AS_PSEUDONYM:
        return word
    found, looks = pseudonyms_of(workplace), _LOOKS_LIKE_ONE.fullmatch(word.strip()) is not None
    try:
        given, is_one = found.known(CUSTOMERS, word), found.meant(word) is not None
    except PseudonymError:
        if looks and not said:
            return word
        raise
    if said and given is None:
        raise PseudonymError("Nobody of that id as received is known. Look whether it was mistyped.")
    if given is not None and is_one and not said:
        raise PseudonymError(f"That is a pseudonym of one and the id of another as it was received. {_SAY_WHICH}")
    if given is None and looks and not is_one:
        raise PseudonymError(
            "That looks like a pseudonym, and is none that this company's map knows, nor anybody's id as received: it was "
            f"mistyped, its person was erased, or the map is an older one. {_SAY_WHICH}"
        )
    return given or word


def _said_as(typed: str) -> tuple[str, str]:
    """What somebody says that a word is, and the word; nothing, and all of it, where they do not say."""
    for said in (_AS_PSEUDONYM, AS_RECEIVED):
        if typed.startswith(said) and _LOOKS_LIKE_ONE.fullmatch(typed.removeprefix(said)):
            return said, typed.removeprefix(said)
    return "", typed


def id_received(workplace: Workplace, in_lake: str) -> str:
    """The id under which the bytes received have a customer of the lake; of nobody known the same."""
    if workplace.project.pseudonyms is None:
        return in_lake
    meant = pseudonyms_of(workplace).meant(in_lake)
    return meant[1] if meant is not None and meant[0] == CUSTOMERS else in_lake


def id_to_receive(workplace: Workplace, typed: str) -> str:
    """The id under which bytes that are still to be received have whom somebody typed, who may be nobody known yet.

    Raises
    ------
    PseudonymError: as `id_in_lake`, and for a pseudonym of which nobody can tell the customer: kept as an id as received, it
        would be of nobody.
    """
    said, word = _said_as(typed)
    if workplace.project.pseudonyms is None:
        return typed
    if said == AS_RECEIVED:
        return word
    in_lake = id_in_lake(workplace, typed)
    received = id_received(workplace, in_lake)
    if received == in_lake and (said or pseudonyms_of(workplace).meant(in_lake) is not None):
        raise PseudonymError("That is the pseudonym of no customer that is known, so nothing can be recorded of them under it.")
    return received


def ids_received(workplace: Workplace, ids: Collection[str]) -> frozenset[str]:
    """The ids under which the bytes received have customers of the lake."""
    if workplace.project.pseudonyms is None:
        return frozenset(ids)
    found = {one: id_received(workplace, one) for one in ids}
    # A pseudonym of which the map let go is nobody's id as received, but may be written as one.
    return frozenset(received for one, received in found.items() if received != one or not _LOOKS_LIKE_ONE.fullmatch(one))


def told_apart(workplace: Workplace, received: Collection[str]) -> frozenset[str]:
    """Those of some ids as received that name nobody else where words of people hold them: none is a pseudonym, too."""
    if workplace.project.pseudonyms is None:
        return frozenset(received)
    found = pseudonyms_of(workplace)
    return frozenset(one for one in received if found.meant(one) is None)


def erased_in_lake(workplace: Workplace) -> Tombstones:
    """The tombstones of ids of the lake; a list of their own where these are pseudonyms, for a raw id may be like one."""
    if workplace.project.pseudonyms is None:
        return workplace.tombstones
    return Tombstones(workplace.settings.keys, f"{workplace.project.name}.pseudonyms")


def were_erased(workplace: Workplace, ids: Collection[str]) -> set[str]:
    """Those of some ids that were erased: ids of the lake, or as received of whom the map let go."""
    found = erased_in_lake(workplace).gone(ids)
    return found | workplace.tombstones.gone([one for one in ids if not _LOOKS_LIKE_ONE.fullmatch(one)])


def ids_again(workplace: Workplace, received: Sequence[str]) -> Sequence[str]:
    """The ids of the lake of customers who are back in bytes received; those that the map let go of are given one again."""
    return received if workplace.project.pseudonyms is None else pseudonyms_of(workplace).given(CUSTOMERS, received)


def as_received(workplace: Workplace, rows: pa.Table) -> pa.Table:
    """Rows of the lake with what their pseudonyms stand for, for somebody who may read it."""
    if workplace.project.pseudonyms is None:
        return rows
    meant = pseudonyms_of(workplace).entries()

    def told(cell: str | None) -> str | None:
        found = None if cell is None else meant.get(cell.removeprefix(NOBODY))
        return cell if found is None else found[1]

    for place, field in enumerate(rows.schema):
        if pa.types.is_string(field.type):
            rows = rows.set_column(place, field, pa.array([told(cell) for cell in rows[field.name].to_pylist()], field.type))
    return rows


def resolving(workplace: Workplace) -> Callable[[pa.Table], pa.Table] | None:
    """What puts values as received in the place of pseudonyms; None where there are none, or the key is lost."""
    if workplace.project.pseudonyms is None:
        return None
    try:
        pseudonyms_of(workplace).entries()
    except PseudonymError:
        return None
    return partial(as_received, workplace)


def refuse_raw_ids(workplace: Workplace, text: str) -> None:
    """Refuse words of people that name a customer by a raw id, before they are kept.

    Raises
    ------
    PseudonymError: without saying which word it is. Not where the key is lost: nobody can tell then, and what is signed, such as
        a revocation, does not wait for it.
    """
    if workplace.project.pseudonyms is None or resolving(workplace) is None:
        return
    found = pseudonyms_of(workplace)
    if any(found.known(CUSTOMERS, word) and found.meant(word) is None for word in words_of(text)):
        raise PseudonymError("The text names a customer by a raw id, and would stay. Say it without, or by the pseudonym.")


def cells_naming(workplace: Workplace, ids: Collection[str]) -> frozenset[str]:
    """What stands in quarantine for a cell that is one of some raw ids, or holds one as a word of four signs or more."""
    if workplace.project.pseudonyms is None:
        return frozenset()
    found = pseudonyms_of(workplace)
    return _cells_naming(found, found.state, frozenset(ids))


@lru_cache(maxsize=4)
def _cells_naming(found: PseudonymMap, _: tuple[bytes, int], wanted: frozenset[str]) -> frozenset[str]:
    """The same of the map as it stands: each file of a table asks for it."""
    long = frozenset(one for one in wanted if len(one) >= SHORTEST_WORD)
    entries = found.entries().items()
    return frozenset(one for one, (_, value) in entries if value in wanted or not long.isdisjoint(words_of(value)))
