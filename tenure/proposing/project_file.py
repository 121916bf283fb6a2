"""The file of a proposed company, as text: its days, what its data are for, and by what it is audited."""

from datetime import date

from tenure.clocks import UTC
from tenure.proposing.meanings import spoken
from tenure.proposing.proposal import Proposal


def project_file(proposal: Proposal) -> str:
    """The company."""
    last = "None,  # it still delivers" if proposal.last_day is None else f"{written_day(proposal.last_day)},"
    customer = proposal.table.column(proposal.roles.customer)
    known_as = customer.received_as if customer else "place in the file"
    lines = [
        f'"""{titled(proposal.name)}."""',
        "",
        "from datetime import date",
        "",
        "from tenure.consent import Consents",
        f"from tenure.project import {'Attribute, ' if proposal.all_groups else ''}Project",
        *(["from tenure.pseudonyms import Pseudonyms"] if proposal.has_pseudonyms else []),
        "from tenure.purposes import Basis, Purpose",
        "",
        "PROJECT = Project(",
        f'    name="{proposal.name}",',
        f'    title="{titled(proposal.name)}",',
        f"    first_day={written_day(proposal.first_day)},",
        f"    last_day={last}",
        f'    known_as="{known_as}",',
        '    authors={"owner": "owner"},',
        "    purposes=(",
        "        Purpose(",
        '            name="retention",',
        '            why="Deciding whom to contact before they leave, and measuring whether groups of them are treated alike.",',
        "            basis=Basis.LEGITIMATE_INTERESTS,  # proposed: whoever answers for the data decides",
        "            columns=(",
        *(f'                "{each.source}.*",' for each in proposal.each),
        "            ),",
        "            categories=(",
        *(f'                "{spoken(each.source)}",' for each in proposal.each),
        "            ),",
        '            seen_by=("owner",),',
        "            is_direct_marketing=True,",
        "        ),",
        "    ),",
        "    consents=Consents(),  # who objects is recorded by command, and left out from the next run on",
    ]
    if proposal.has_pseudonyms:
        lines.append("    pseudonyms=Pseudonyms(),  # ids stop where a batch is judged; it stays once a day is landed")
    if proposal.timezone != UTC:
        lines.append(f'    timezone="{proposal.timezone}",')
    if proposal.all_groups:
        lines.append("    attributes=(")
        for each, group in proposal.all_groups:
            named = f'name="{group.name}", title="{group.name.replace("_", " ")}"'
            lines.append(f'        Attribute({named}, source="{each.source}", column="{group.held_in}"),')
        lines.append("    ),")
    return "\n".join([*lines, ")", ""])


def titled(name: str) -> str:
    """A name as a title."""
    return spoken(name).capitalize()


def written_day(day: date) -> str:
    """A day as it is written in Python."""
    return f"date({day.year}, {day.month}, {day.day})"
