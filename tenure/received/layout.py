"""How a text file is laid out: its separator, its quotes, and the line on which its header stands."""

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import Any

from tenure.contracts import Text
from tenure.contracts.text import SEPARATORS
from tenure.received.header import folded
from tenure.received.opened import Unreadable

BLANKS = " "
NAMES_OF_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", BLANKS: "blanks"}
_EXCEL = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
_NOTHING = "".join(SEPARATORS) + '"\r\n'
_LOOKED_AT, _SAMPLE = 30, 1 << 17
# Lines of one width among so many are a table, and what stands before the first of them is none of it.
_TABLE = 0.8


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Between which signs fields stand, and how many lines come before the header, or before the data where there is none."""

    separator: str
    quote: str
    n_skipped: int
    blank_after: bool = False

    def body(self, text: str) -> str:
        """The text without the lines that are skipped."""
        return text[sum(map(len, text[:_SAMPLE].splitlines(keepends=True)[: self.n_skipped])) :]

    def records(self, text: str) -> Iterator[list[str]]:
        """The records of a text, blank lines left out; raises `csv.Error` where fields cannot be told apart."""
        if self.separator == BLANKS and not self.quote:
            return (fields for line in text.splitlines() if (fields := line.split()))
        return (record for record in self._reader(self._lines(text)) if record)

    def spans(self, text: str) -> Iterator[tuple[list[str], int, int]]:
        """The same records, each with where it begins and ends in the text, its line's end included."""
        if self.separator == BLANKS and not self.quote:
            at = 0
            for line in text.splitlines(keepends=True):
                if fields := line.split():
                    yield fields, at, at + len(line)
                at += len(line)
            return
        ends = [0, *accumulate(map(len, _as_written(text)))]
        reader, before = self._reader(self._lines(text)), 0
        for record in reader:
            if record:
                yield record, ends[before], ends[reader.line_num]
            before = reader.line_num

    def _lines(self, text: str) -> Iterable[str]:
        """The lines of a text, with what ends them."""
        return _as_written(re.sub(r"(?m)^ +| +$|(?<= ) +", "", text) if self.separator == BLANKS else text)

    def _reader(self, lines: Iterable[str]) -> Any:
        """What splits lines into fields."""
        return csv.reader(
            lines,
            delimiter=self.separator,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            skipinitialspace=self.blank_after,
            strict=True,
        )


def _as_written(text: str) -> Iterable[str]:
    """The lines of a text with their ends as they are; a StringIO would take four bytes a letter."""
    return io.TextIOWrapper(io.BytesIO(text.encode("utf-8", "surrogatepass")), "utf-8", "surrogatepass", newline="")


def layout_of(text: str, declared: Text, names: Collection[str], n_columns: int) -> Layout:
    """Find the layout: the separator under which the header names what the contract expects.

    Parameters
    ----------
    names: the names that the contract expects, folded.
    n_columns: how many names the header has of these at most, and fields a line has where there is none.

    Raises
    ------
    Unreadable: when other text stands before the header.
    """
    sample = text[:_SAMPLE].splitlines()
    lines = sample[:_LOOKED_AT]
    excel = next((found for line in lines[:1] if (found := _of_excel(line))), None)
    separators = [declared.separator] if declared.separator else [excel[1]] if excel else list(SEPARATORS)
    quote = declared.quote if declared.quote is not None else _quote(lines)
    if not declared.header:
        fit = {s: sum(len(r) == n_columns for r in _sampled(lines, s, quote)) for s in separators}
        separator = max(separators, key=lambda s: fit[s])
        return Layout(separator=separator, quote=_for(separator, quote, text), n_skipped=1 if excel else 0)
    best = (-1, 0, 0)
    separator, header = separators[0], list[str]()
    for i, line in enumerate(lines):
        for order, sign in enumerate(separators):
            for named in islice(_sampled([line], sign, quote), 1):
                rank = (sum(folded(name) in names for name in named), -i, -order)
                if rank > best:
                    best, separator, header = rank, sign, named
        if best[0] >= n_columns > 1:
            break  # no later line names more
    n_known, at, _ = best
    if n_known < 0:
        return Layout(separator=separators[0], quote=quote, n_skipped=0)
    if n_known == 0:
        separator = max(separators, key=lambda s: _steadiness(lines, s, quote)[:2])
        at = -_steadiness(lines, separator, quote)[2]
    if any(not _is_aside(line) for line in lines[:-at]):
        raise Unreadable(
            f"Expected the header on the first line, found it on line {1 - at}, with other text before it. "
            "Deliver the file without what stands before its header."
        )
    blank_after = len(header) > 1 and all(name.startswith(" ") for name in header[1:])
    return Layout(separator=separator, quote=_for(separator, quote, text), n_skipped=-at, blank_after=blank_after)


def _is_aside(line: str) -> bool:
    """Whether a line before the header is no data: a comment, what Excel writes for itself, or nothing but separators."""
    return line.startswith("#") or _of_excel(line) is not None or not line.strip(_NOTHING)


def _of_excel(line: str) -> re.Match[str] | None:
    """The line in which Excel says how a file is separated."""
    return _EXCEL.fullmatch(line.strip(" \r\n"))


def _sampled(lines: Sequence[str], separator: str, quote: str) -> Iterator[list[str]]:
    """Records of a few lines; those that cannot be split are left out."""
    for line in lines:
        try:
            yield from Layout(separator=separator, quote=_for(separator, quote, line), n_skipped=0).records(line)
        except csv.Error:
            continue


def _for(separator: str, quote: str, text: str) -> str:
    """Text between blanks is split fastest, and most leniently, where nothing is quoted."""
    return "" if separator == BLANKS and quote not in text else quote


def _steadiness(lines: Sequence[str], separator: str, quote: str) -> tuple[float, int, int]:
    """How alike lines are under a separator: the share with as many fields as most, how many, and the first such line.

    Where most lines are not alike, or are not split at all, the first line that is no aside is the header.
    """
    widths = [max((len(r) for r in _sampled([line], separator, quote)), default=0) for line in lines]
    filled = [width for line, width in zip(lines, widths, strict=True) if not _is_aside(line)]
    first = next((i for i, line in enumerate(lines) if not _is_aside(line)), 0)
    (width, n), *_ = Counter(filled).most_common(1) or [(0, 0)]
    if width <= 1:
        return 0.0, 0, first
    found = next(i for i, line in enumerate(lines) if widths[i] == width and line.strip(_NOTHING))
    # Blanks stand within the cells of any table.
    is_table = separator != BLANKS and n >= _TABLE * sum(not _is_aside(line) for line in lines[found:]) and len(filled) > 1
    return n / len(filled), width, found if is_table else first


def _quote(lines: Sequence[str]) -> str:
    """The sign around fields: the double quote, unless single ones stand around a field of every line, and no double ones."""
    filled = [line for line in lines if line.strip()]
    single = all(re.search(r"(^|[,;\t|])\s*'[^']*'\s*($|[,;\t|])", line) for line in filled)
    return "'" if filled and single and not any('"' in line for line in filled) else '"'
