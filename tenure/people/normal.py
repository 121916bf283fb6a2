"""One form for each value that identifies: SQL over a cell, null where it identifies nobody."""

from tenure.history.prepared import quoted
from tenure.people.declared import Identifier, Kind

# Local parts that stand for no address, and domains that RFC 2606 keeps for examples.
NOBODYS = ("none", "no", "na", "n/a", "null", "unknown", "nobody", "noemail", "noreply", "no-reply", "test", "example", "dummy")
EXAMPLES = "(^|[.])(example([.][a-z]+)?|test|invalid|localhost)$"
FEWEST_DIGITS, MOST_DIGITS = 7, 15
# How a pseudonym begins of a value that identifies nobody.
NOBODY = "nobody-"


def normal(identifier: Identifier, column: str) -> str:
    """SQL for the one form of a column's value; a pseudonym is that of one form already."""
    if not identifier.is_hidden:
        return one_form(identifier, column)
    return f"CASE WHEN NOT starts_with({quoted(column)}, '{NOBODY}') THEN {quoted(column)} END"


def one_form(identifier: Identifier, column: str) -> str:
    """SQL for the one form of a value as it was received."""
    text = f"nullif(trim(CAST({quoted(column)} AS VARCHAR)), '')"
    made = _made(text, identifier)
    if not identifier.nobody:
        return made
    # What identifies nobody is compared in the same form.
    listed = ", ".join(_made_of(identifier, value) for value in identifier.nobody)
    return f"CASE WHEN ({made}) NOT IN ({listed}) THEN {made} END"


def _made_of(identifier: Identifier, value: str) -> str:
    """The one form of a value that is told in the declaration; as it is told where it has none."""
    text = _literal(value.strip())
    return f"coalesce({_made(text, identifier)}, {text})"


def _made(cell: str, identifier: Identifier) -> str:
    """The one form by the kind of the identifier; an id has it already."""
    if identifier.kind is Kind.EMAIL:
        return _email(cell, identifier)
    return _phone(cell, identifier) if identifier.kind is Kind.PHONE else cell


def _email(cell: str, identifier: Identifier) -> str:
    """Small letters, no blanks, one sign @ with a name before it and a domain with a dot after it."""
    plain = f"lower(nfc_normalize(regexp_replace({cell}, '[[:space:]]', '', 'g')))"
    if not identifier.keeps_tags:
        plain = f"regexp_replace({plain}, '[+][^@]*@', '@')"
    local, domain = f"split_part({plain}, '@', 1)", f"split_part({plain}, '@', 2)"
    nobodys = ", ".join(map(_literal, NOBODYS))
    is_one = (
        f"regexp_full_match({plain}, '[^@]+@[^@]+[.][^@.]+') AND {local} NOT IN ({nobodys}) "
        f"AND NOT regexp_matches({domain}, '{EXAMPLES}')"
    )
    return f"CASE WHEN {is_one} THEN {plain} END"


def _phone(cell: str, identifier: Identifier) -> str:
    """Digits with the calling code; an extension, and a zero in brackets that is dialled at home only, are left out."""
    cut = f"replace(regexp_replace({cell}, '[[:alpha:]].*$', ''), '(0)', '')"
    digits = f"regexp_replace({cut}, '[^0-9]', '', 'g')"
    abroad = f"(starts_with(ltrim({cut}, ' ('), '+') OR starts_with({digits}, '00'))"
    whole, home = f"ltrim({digits}, '0')", identifier.country
    if home:
        # Who leaves the plus out writes more digits than a number at home has.
        is_whole = f"({abroad} OR (starts_with({digits}, '{home}') AND length({digits}) >= {len(home) + 9}))"
        inner = f"CASE WHEN {is_whole} AND starts_with({whole}, '{home}') THEN substr({whole}, {len(home) + 1}) ELSE {whole} END"
        at_home = f"'{home}' || ltrim({inner}, '0')"
        made = f"CASE WHEN {is_whole} AND NOT starts_with({whole}, '{home}') THEN {whole} ELSE {at_home} END"
    else:
        made = f"CASE WHEN {abroad} THEN {whole} ELSE {digits} END"
    long_enough = f"length({made}) BETWEEN {FEWEST_DIGITS} AND {MOST_DIGITS}"
    # 0000000, 9999999 and 1234567 are typed where a number must be given.
    told = f"length({whole}) >= {FEWEST_DIGITS} AND length(replace({whole}, right({whole}, 1), '')) > 0"
    counted = f"NOT starts_with('12345678901234567890', {whole})"
    return f"CASE WHEN {long_enough} AND {told} AND {counted} THEN {made} END"


def _literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"
