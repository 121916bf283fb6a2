"""How days and times are written, found by their look; which of two numbers is the day is never guessed."""

import re
from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from tenure.received.masked import masked

EXPECTED = "2020-12-31 08:26"
# What a form ends in whose times are UTC's.
OF_UTC = "Z"
# Looks, as `masked.py` makes them: the T between day and time is a letter too.
_CLOCK = (
    r"(?P<gap>[ a:]|, )(?P<hour>99):99(?P<seconds>:99)?(?P<fraction>\.9+)?(?P<half> ?aa)?"
    r"(?P<zone>(?P<before_zone> ?)([+-]99(:99)?|[+-]9999|(?<= )aaa))?"
)
_ISO = re.compile(r"9999[-/]99[-/]99([ a]99:99(:99([.,]9+)?)? ?(a|aaa|[+-]99(:?99)?|[+-]9999)?)?")
_NUMBERS = re.compile(rf"99(?P<sign>[-/.])99(?P=sign)9999({_CLOCK})?")
_REST: tuple[tuple[str, str], ...] = (
    ("9999-99", "%Y-%m"),
    ("99/9999", "%m/%Y"),
    ("aaa 9999", "%b %Y"),
    ("aaa-9999", "%b-%Y"),
    # With AM or PM: what is ISO 8601 throughout has no format here.
    ("9999-99-99", "%Y-%m-%d"),
    ("9999/99/99", "%Y/%m/%d"),
    ("99999999", "%Y%m%d"),
    (r"9999\.99\.99", "%Y.%m.%d"),
    # As databases write them.
    ("99-aaa-99", "%d-%b-%y"),
    ("99 aaa 99", "%d %b %y"),
    ("99-aaa-9999", "%d-%b-%Y"),
    ("99 aaa 9999", "%d %b %Y"),
    # As web servers, mails (RFC 2822) and C write them.
    ("99/aaa/9999", "%d/%b/%Y"),
    ("aaa, 99 aaa 9999", "%a, %d %b %Y"),
    (r"aaa aaa {1,2}99 99:99:99 9999", "%a %b %d %H:%M:%S %Y"),
    ("aaa 99 9999", "%b %d %Y"),
    ("a{6,9}, a{3,9} 99, 9999", "%A, %B %d, %Y"),
    (r"99-aaa-99 99\.99\.99 aa", "%d-%b-%y %I.%M.%S %p"),
    (r"99-aaa-99 99\.99\.99\.9{1,6} aa", "%d-%b-%y %I.%M.%S.%f %p"),
    (r"99-aaa-99 99\.99\.99\.9{7,9} aa", "%d-%b-%y %I.%M.%S.%n %p"),
    (r"9999-99-99-99\.99\.99\.9{1,6}", "%Y-%m-%d-%H.%M.%S.%f"),
    ("99 a{3,9} 9999", "%d %B %Y"),
    ("aaa 99, 9999", "%b %d, %Y"),
    ("a{3,9} 99, 9999", "%B %d, %Y"),
    ("99999999999999", "%Y%m%d%H%M%S"),
    ("99999999a999999", "%Y%m%dT%H%M%S"),
    ("99999999a999999a", f"%Y%m%dT%H%M%S{OF_UTC}"),
    ("99999999 999999", "%Y%m%d %H%M%S"),
    ("99999999 9999", "%Y%m%d %H%M"),
)
# Counts since 1970, by their digits: what makes them a time. Excel counts days, and parts of them, since the end of 1899.
_EPOCHS = {
    10: "make_timestamp(column * 1000000)",
    13: "make_timestamp(column * 1000)",
    16: "make_timestamp(column)",
    19: "make_timestamp_ns(column)",
}
_SERIAL, _SINCE_1899 = re.compile(r"9{5}([.,]9+)?"), "TIMESTAMP '1899-12-30' + to_milliseconds((column * 86400000)::BIGINT)"
_MONTHS = "(?i)(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
# Years of two digits beside a month's name: 70 to 99 are of the last century, 00 to 39 of this one.
_OF_EITHER_CENTURY = r"^\d{1,2}[- ]\p{L}{3}[- ][4-6]\d\b"
_CENTURY = (
    "expected years that only one century can mean; found years of two digits from 40 to 69, which may be of either. Write them "
    'with four, or declare how they are to be read: text=Text(times="%d-%b-%y") takes 69 for 1969 and 68 for 2068.'
)
_ABBREVIATED = re.compile(r".*99:99\S* ?a{3,5}")


def time_form(cells: pa.ChunkedArray, declared: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """The formats of a column's filled cells, none where they are ISO 8601, and why some cannot be read, in words."""
    if not len(cells):
        return declared, ""
    # Days, months and hours are written with one digit or two.
    looks = pc.replace_substring_regex(masked(cells), r"\b9\b", "99")
    counts = {each["values"]: each["counts"] for each in pc.value_counts(looks).to_pylist()}
    common = max(counts, key=lambda look: (counts[look], look))
    if declared:
        return declared, f"expected {' or '.join(declared)}, as declared; found mostly {_short(common)}."
    strange = [look for look in counts if not _ISO.fullmatch(look)]
    if not strange:
        return (), f"expected a day or time such as {EXPECTED}; found some that are none, {_short(common)}{_of_zones(counts)}."
    numbers = [look for look in strange if _NUMBERS.fullmatch(look)]
    order, doubt = _order(cells.filter(pc.is_in(looks, pa.array(numbers, pa.string())))) if numbers else ("", "")
    formats = tuple(dict.fromkeys(each for look in sorted(strange) for each in formats_of(look, order)))
    unknown = [look for look in strange if not list(formats_of(look, order))]
    if run := _run_together(cells, looks, strange):
        formats, unknown = tuple(f for f in formats if not f.startswith("%Y%m%d")), [*unknown, run]
    if doubt:
        return formats, doubt.format(example=_short(max(numbers, key=lambda look: counts[look])))
    formats = _with_iso(formats, len(strange) < len(counts))
    if any("%y" in each for each in formats) and pc.any(pc.match_substring_regex(cells, _OF_EITHER_CENTURY)).as_py():
        return tuple(each for each in formats if "%y" not in each), _CENTURY
    if not unknown:
        of_zones = _of_zones(counts) if any("%Z" in each for each in formats) else ""
        return formats, f"expected {' or '.join(formats)}; found mostly {_short(common)}{of_zones or _of_months(cells)}."
    most = max(unknown, key=lambda look: (counts[look], look))
    return formats, f"expected a day or time such as {EXPECTED}; found such as {_short(most)}{_hint(most, cells)}"


def _hint(look: str, cells: pa.ChunkedArray) -> str:
    """What to do about times that look so."""
    if look in ("9" * n for n in _EPOCHS):
        return f": a count since 1970? {_derived('whole', _EPOCHS[len(look)])}"
    if _SERIAL.fullmatch(look):
        return f": days as Excel counts them? {_derived('number', _SINCE_1899)}"
    if _ABBREVIATED.fullmatch(look):
        return f"{_of_zones((look,))}."
    return f'{_of_months(cells)}. Declare how it is written, such as text=Text(times="%d/%m/%y %H:%M").'


def _derived(kind: str, sql: str) -> str:
    """How a time is made of a column that counts."""
    return f'Declare the column as {kind}, and the time as derived from it: derived={{"happened_at": "{sql}"}}.'


def _of_zones(looks: Iterable[str]) -> str:
    """What is to be said of times that end in the abbreviation of a zone."""
    if not any(_ABBREVIATED.fullmatch(look) for look in looks):
        return ""
    return (
        ": an abbreviation stands for several zones. Write what the time is ahead of UTC, such as +01:00, or leave it out and "
        "declare the zone of the source (zone=)"
    )


def _of_months(cells: pa.ChunkedArray) -> str:
    """What is to be said of names of months in other languages."""
    named = cells.filter(pc.match_substring_regex(cells, r"\d.*\p{L}{3}.*\d|^\p{L}{3}.*\d"))
    is_english = pc.all(pc.match_substring_regex(named, _MONTHS)).as_py() in (True, None)
    return "" if is_english else ": names of months are read in English alone"


def why_no_times(cells: pa.ChunkedArray) -> str:
    """What keeps filled cells from being read as times, in words; nothing where they do not look like any."""
    if not len(cells):
        return ""
    counts = pc.value_counts(masked(cells)).to_pylist()
    look = max(counts, key=lambda each: (each["counts"], each["values"]))["values"]
    is_one = look in ("9" * n for n in _EPOCHS) or _ABBREVIATED.fullmatch(look) or ("9999" in look and _of_months(cells))
    return f"such as {_short(look)}{_hint(look, cells)}" if is_one else ""


def _with_iso(formats: tuple[str, ...], is_mixed: bool) -> tuple[str, ...]:
    """Formats, with those of ISO 8601 where a column holds both."""
    if not formats or not is_mixed:
        return formats
    return (*formats, "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S")


def formats_of(look: str, order: str) -> Iterator[str]:
    """The format behind a look; `order` of day, month and year where they are numbers, such as "%d %m %Y"."""
    if found := _NUMBERS.fullmatch(look):
        if order:
            yield found["sign"].join(order.split()) + _clock(found)
        return
    for day, written in _REST:
        if found := re.fullmatch(f"{day}({_CLOCK})?", look):
            yield written + _clock(found)


def _clock(found: re.Match[str]) -> str:
    """The format of the time of day."""
    if not found["gap"]:
        return ""
    hour = "%I" if found["half"] else "%H"
    half = found["half"].replace("aa", "%p") if found["half"] else ""
    seconds = (":%S" if found["seconds"] else "") + (".%f" if found["fraction"] else "")
    zone = f"{found['before_zone']}{'%Z' if found['zone'].endswith('aaa') else '%z'}" if found["zone"] else ""
    return f"{found['gap'].replace('a', 'T')}{hour}:%M{seconds}{half}{zone}"


def _run_together(cells: pa.ChunkedArray, looks: pa.ChunkedArray, strange: list[str]) -> str:
    """The look of digits run together that are no year, month and day in this order."""
    for look in strange:
        if look.startswith("99999999"):
            own = cells.filter(pc.equal(looks, look))
            if not pc.all(pc.match_substring_regex(own, r"^(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])")).as_py():
                return look
    return ""


def _order(cells: pa.ChunkedArray) -> tuple[str, str]:
    """Day or month first, as a number above twelve proves; else why it is in doubt."""
    parts = pc.extract_regex(cells, r"^(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})")
    first, second = (pc.max(pc.cast(pc.struct_field(parts, name), pa.int64())).as_py() for name in ("a", "b"))
    if first > 12 >= second:
        return "%d %m %Y", ""
    if second > 12 >= first:
        return "%m %d %Y", ""
    what = "in which day and month cannot be told apart" if first <= 12 else "some with the day first and some with the month"
    return "", (
        f"expected a day or time such as {EXPECTED}; found such as {{example}}, {what}. Say which comes first: "
        'text=Text(times="%d/%m/%Y") or text=Text(times="%m/%d/%Y"), with the time of day after it if there is one.'
    )


def _short(look: str) -> str:
    """A look fit to print."""
    return look if len(look) <= 24 else f"{look[:24]}…"
