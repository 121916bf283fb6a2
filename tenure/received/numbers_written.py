"""How numbers are written: which sign marks decimals, which thousands, and whether a currency or a percent sign stands beside."""

from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from tenure.received.masked import most_common

# Signs, abbreviations and codes (ISO 4217) of currencies, which stand around a number and are no part of it. Codes that are
# English words as well (ALL, TOP, CUP) are left out: a column may be called by them. A percent sign changes the value.
_CURRENCY = (
    r"(?:[A-Z]{0,2}\$|[€£¥₹₽₩₺₪]|kr\.?|zł|Kč|Ft|Rs\.?|"
    "AED|ARS|AUD|BDT|BGN|BHD|BRL|CAD|CHF|CLP|CNY|COP|CRC|CZK|DKK|DOP|DZD|EGP|ETB|EUR|GBP|GHS|HKD|HRK|HUF|IDR|ILS|INR|ISK|JMD|"
    "JOD|JPY|KES|KRW|KWD|KZT|LBP|LKR|MAD|MXN|MYR|NGN|NOK|NPR|NZD|OMR|PEN|PHP|PKR|PLN|PYG|QAR|RMB|RON|RSD|RUB|SAR|SEK|SGD|THB|"
    "TND|TRY|TWD|TZS|UAH|UGX|USD|UYU|UZS|VND|XAF|XOF|ZAR|ZMW)"
)
# A number with what may stand beside it, for telling cells that hold one from names and words.
AMOUNT = rf"[-+]?({_CURRENCY}\s*)?[-+]?\d+([.,]\d+)*(\s*(%|{_CURRENCY}))?"
_PLAIN = r"(?i)^[+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d+)?|inf(inity)?|nan)$"
# A fraction of zeros is none, but three of them may be thousands.
_WHOLE = r"^[+-]?\d+(\.(0|00|0{4,}))?$"
_GROUP = r"^[+-]?[1-9]\d{0,2}[.,]\d{3}$"
# Beyond a minus before it: brackets, as accountants write, a minus after it, and signs that look like one.
NEGATIVES = (
    (rf"^((?:{_CURRENCY})?\s*)\((.+)\)(\s*(?:{_CURRENCY})?)$", r"-\1\2\3"),
    (rf"^(.*\d)\s*[-\x{{2212}}](\s*(?:{_CURRENCY})?)$", r"-\1\2"),
    (r"^[\x{2212}\x{2013}](.*\d)", r"-\1"),
)
WITHOUT_CURRENCY = ((rf"^([+-]?)\s*{_CURRENCY}\s*", r"\1"), (rf"(\d\.?)\s*{_CURRENCY}$", r"\1"))
_SIGN = rf"^[+-]?\s*(?P<before>{_CURRENCY})\s*[+-]?[\d.,]|[\d.,]\s*(?P<after>{_CURRENCY})$"
PERCENT = r"\s*%$"
_ZERO = r"[+-]?0+([.,]0*)?"
_DOUBT = (
    "expected a number such as 1234.5; found numbers such as {example}, in which the sign may mark thousands or decimals. "
    "Say which: text=Text(decimal='.', thousands=',') or text=Text(decimal=',')."
)
_CURRENCY_MIXED = (
    "expected amounts in one currency; found {signs} beside them, which no sum may mix. Deliver one currency, or a column that "
    "says which it is."
)
_PERCENT_MIXED = (
    "expected percentages such as 12.5% in every row, or in none; found both, and a plain 12 beside 12% may mean either. Deliver "
    "them alike."
)
_ODD = " Deliver plain numbers, or declare the column as text and derive the number from it (derived=)."
# The sign between thousands is " " or "'", whatever tool wrote it.
_APOSTROPHES = r"['\x{2019}]"
_ALIKE = {" ": " ", "'": _APOSTROPHES}


@dataclass(frozen=True)
class NumberForm:
    """The signs within numbers; `thousands` is "" where there is none, and " " for blanks of any width.

    `odd_minus`: some negative numbers stand in brackets, or have their minus behind them; `percent`: they are hundredths, and say
    so each.
    """

    decimal: str = "."
    thousands: str = ""
    has_currency: bool = False
    odd_minus: bool = False
    percent: bool = False

    @property
    def pattern(self) -> str:
        """A regular expression (RE2) that a whole number so written matches; the exponent is no human's."""
        return rf"^(?:{self._digits}{PERCENT.removesuffix('$')}|{_ZERO})$" if self.percent else f"^{self._digits}$"

    @property
    def _digits(self) -> str:
        """The number alone."""
        point = "\\" + self.decimal
        if not self.thousands:
            return rf"[+-]?(\d+({point}\d*)?|{point}\d+)"
        group = self.between_thousands
        lakhs = r"|[1-9]\d?(,\d\d)+,\d{3}" if self.thousands == "," else ""
        return rf"[+-]?([1-9]\d{{0,2}}({group}\d{{3}})+{lakhs}|\d+)({point}\d*)?"

    @property
    def between_thousands(self) -> str:
        """A regular expression (RE2) of the sign between thousands."""
        return _ALIKE.get(self.thousands, "\\" + self.thousands)

    @property
    def in_words(self) -> str:
        """The form in words; nothing for the plain one."""
        said = [f"numbers with {name}" for sign, name in ((",", "a decimal comma"),) if self.decimal == sign]
        if self.thousands:
            said.append("thousands apart by " + ("blanks" if self.thousands == " " else f"{self.thousands!r}"))
        if self.has_currency:
            said.append("amounts without their currency's sign")
        if self.percent:
            said.append("12% as 0.12")
        if self.odd_minus:
            said.append("numbers in brackets, or with their minus behind them, as negative")
        return ", ".join(said)


PLAIN = NumberForm()
_SIGNS = ((".", ("", ",", " ", "'")), (",", ("", ".", " ", "'")))
_FORMS = tuple(NumberForm(decimal, thousands) for decimal, signs in _SIGNS for thousands in signs)


def number_form(cells: pa.ChunkedArray, *, is_whole: bool, decimal: str | None, thousands: str | None) -> tuple[NumberForm, str]:
    """The form of a column's filled cells, and why some cannot be read, in words.

    A form is proven when it reads more cells than any other, and those that prove it are more than may mean two numbers.
    """
    is_open = decimal is None and thousands is None
    if is_open and pc.all(pc.match_substring_regex(cells, _WHOLE if is_whole else _PLAIN)).as_py() in (True, None):
        return PLAIN, ""
    signed = with_minus_before(cells)
    bare = without_currency(signed)
    has_currency = not bare.equals(signed)
    if has_currency and len(signs := _currencies(signed)) > 1:
        return PLAIN, _CURRENCY_MIXED.format(signs=" and ".join(signs))
    percent, is_mixed = (False, False) if is_whole else _percentages(bare)
    numbers = pc.replace_substring_regex(bare, PERCENT, "") if percent else bare
    if is_open:
        found, is_doubtful = _whole_form(numbers) if is_whole else _fraction_form(numbers)
    else:
        found, is_doubtful = NumberForm(decimal or ("," if thousands == "." else "."), thousands or ""), False
    form = replace(found, has_currency=has_currency, odd_minus=not signed.equals(cells), percent=percent)
    if is_mixed:
        return form, _PERCENT_MIXED
    return form, _DOUBT.format(example=most_common(_grouped(numbers))) if is_doubtful else _told(bare, form)


def _percentages(cells: pa.ChunkedArray) -> tuple[bool, bool]:
    """Whether more numbers than not say that they are hundredths, and whether others do not; a zero is the same either way."""
    says_so = pc.match_substring_regex(cells, PERCENT)
    if not pc.any(says_so).as_py():
        return False, False
    is_plain = pc.match_substring_regex(cells, r"^[+-]?[\d.,]*[1-9][\d.,]*$")
    return _n(says_so) > _n(is_plain), pc.any(is_plain).as_py() is True


def _whole_form(cells: pa.ChunkedArray) -> tuple[NumberForm, bool]:
    """The form of whole numbers: a dot or comma before three digits is proven by a number that holds two, or both signs."""
    for sign, point in ((",", "."), (".", ",")):
        if _any(cells, rf"^[+-]?\d{{1,3}}(\{sign}\d{{3}}){{2,}}|(\{sign}\d\d)+\{sign}\d{{3}}$|\{sign}\d{{3}}\{point}\d"):
            return NumberForm(point, sign), False
    doubtful = len(_grouped(cells)) > 0
    blanks = _any(cells, r"^[+-]?\d{1,3}( \d{3})+$")
    return NumberForm(".", " " if blanks else "'" if _any(cells, rf"\d{_APOSTROPHES}\d") else ""), doubtful


def _fraction_form(cells: pa.ChunkedArray) -> tuple[NumberForm, bool]:
    """The form of numbers with a fraction; a lone dot is a decimal sign wherever nothing speaks against it."""
    reads = {form: pc.match_substring_regex(cells, form.pattern) for form in _FORMS}
    counts = {form: _n(read) for form, read in reads.items()}
    dot, comma = (max((f for f in _FORMS if f.decimal == point), key=lambda f: counts[f]) for point in (".", ","))
    doubtful = _n(pc.and_(pc.and_(reads[dot], reads[comma]), pc.match_substring_regex(cells, _GROUP)))
    if counts[comma] > counts[dot] and counts[comma] - _n(pc.and_(reads[dot], reads[comma])) >= doubtful:
        return comma, False
    if counts[dot] > counts[comma] or not doubtful or not dot.thousands:
        return dot, False
    return PLAIN, True


def thousands_perhaps(cells: pa.ChunkedArray) -> str:
    """Why numbers that hold a point may be thousands, in words; nothing where one of them proves that they are not."""
    pointed = cells.filter(pc.match_substring(cells, "."))
    return _DOUBT.format(example=most_common(pointed)) if len(pointed) and len(_grouped(pointed)) == len(pointed) else ""


def _grouped(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cells in which a sign may mark thousands or decimals."""
    return cells.filter(pc.match_substring_regex(cells, _GROUP))


def _any(cells: pa.ChunkedArray, pattern: str) -> bool:
    """Whether a cell matches."""
    return pc.any(pc.match_substring_regex(cells, pattern)).as_py() is True


def _n(flags: pa.ChunkedArray) -> int:
    """How many are true."""
    return int(pc.sum(flags).as_py() or 0)


def with_minus_before(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Negative numbers with their minus before them, however they say that they are."""
    for pattern, instead in NEGATIVES:
        cells = pc.replace_substring_regex(cells, pattern, instead)
    return cells


def _currencies(cells: pa.ChunkedArray) -> list[str]:
    """The signs of currencies that stand beside numbers."""
    found = pc.extract_regex(cells, _SIGN)
    signs = {sign for place in ("before", "after") for sign in pc.unique(pc.struct_field(found, place)).to_pylist()}
    # An abbreviation is one with its point and without it.
    return sorted({sign.rstrip(".") for sign in signs if sign})


def without_currency(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cells without a currency before or after them."""
    for pattern, instead in WITHOUT_CURRENCY:
        cells = pc.replace_substring_regex(cells, pattern, instead)
    return cells


def _told(cells: pa.ChunkedArray, form: NumberForm) -> str:
    """What cells that the form does not read look like."""
    unread = cells.filter(pc.invert(pc.match_substring_regex(cells, form.pattern)))
    example = "1234.5".replace(".", form.decimal)
    return f"expected a number such as {example}; found such as {most_common(unread)}.{_ODD}" if len(unread) else ""
