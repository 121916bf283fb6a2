"""Demographics of the simulated grocer's customers, for audits alone."""

from tenure.contracts import Available, Column, Files, PersonalData, Source, Volume

AGES = ("19-24", "25-34", "35-44", "45-54", "55-64", "65+")
INCOMES = (
    "Under 15K",
    "15-24K",
    "25-34K",
    "35-49K",
    "50-74K",
    "75-99K",
    "100-124K",
    "125-149K",
    "150-174K",
    "175-199K",
    "200-249K",
    "250K+",
)

SOURCE = Source(
    name="households",
    title="Household demographics",
    grain="one household",
    key=("customer_id",),
    event_time=None,
    available=Available.FROM_FIRST_DAY,
    owner="team:data",
    reader=Files(pattern="households/{day}.parquet"),
    columns=(
        Column(
            "customer_id",
            str,
            received_as="household_id",
            pattern="[1-9][0-9]{0,9}",
            personal=PersonalData.PSEUDONYM,
            meaning="household that holds the loyalty card",
        ),
        Column(
            "age", str, unit="years", allowed=AGES, personal=PersonalData.PROTECTED, meaning="age band of the head of household"
        ),
        Column(
            "income", str, unit="USD a year", allowed=INCOMES, personal=PersonalData.PROTECTED, meaning="household income band"
        ),
        Column(
            "home_ownership",
            str,
            allowed=("Homeowner", "Renter", "Probable Homeowner", "Probable Renter"),
            nullable=True,
            personal=PersonalData.PROTECTED,
            meaning="whether the home is owned",
            because="not known of everybody",
        ),
        Column(
            "marital_status",
            str,
            allowed=("Married", "Unmarried"),
            nullable=True,
            personal=PersonalData.PROTECTED,
            meaning="marital status of the head of household",
            because="not known of everybody",
        ),
        Column(
            "household_size",
            str,
            unit="persons",
            allowed=("1", "2", "3", "4", "5+"),
            personal=PersonalData.PROTECTED,
            meaning="persons in the household, the highest band open",
        ),
        Column(
            "household_composition",
            str,
            received_as="household_comp",
            allowed=("1 Adult Kids", "1 Adult No Kids", "2 Adults Kids", "2 Adults No Kids"),
            personal=PersonalData.PROTECTED,
            meaning="adults and whether there are children",
        ),
        Column(
            "kids_count",
            str,
            unit="children",
            allowed=("0", "1", "2", "3+"),
            personal=PersonalData.PROTECTED,
            meaning="children in the household, the highest band open",
        ),
    ),
    volume=Volume(minimum=50, maximum=1_000, because="About four in ten of 400 customers are known."),
)
