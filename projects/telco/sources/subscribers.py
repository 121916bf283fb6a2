"""Subscribers with their services, contract and charges, and whether they left within the last month: one table of one day."""

from projects.telco.project import DAY
from tenure.contracts import Snapshots, Source

SOURCE = Source(
    name="subscribers",
    grain="one subscriber",
    why="knowing who subscribes to what, for how long, and who left",
    from_whom="the telephone company, published by IBM as a sample",
    reader=Snapshots(pattern="Telco-Customer-Churn.csv.gz", of=DAY),
    columns="""
        customerID        text     pseudonym  subscriber
        gender            text     protected  gender of the subscriber
        SeniorCitizen     text     protected  whether the subscriber is 65 or older
        Partner           text     behaviour  whether there is a partner
        Dependents        text     behaviour  whether there are dependents
        tenure            whole    behaviour  months for which the subscriber has been one
        PhoneService      text     behaviour  whether there is a telephone line
        MultipleLines     text     behaviour  whether there are several
        InternetService   text     behaviour  kind of internet access
        OnlineSecurity    text     behaviour  whether online security is subscribed
        OnlineBackup      text     behaviour  whether online backup is subscribed
        DeviceProtection  text     behaviour  whether devices are insured
        TechSupport       text     behaviour  whether technical support is subscribed
        StreamingTV       text     behaviour  whether television is streamed
        StreamingMovies   text     behaviour  whether films are streamed
        Contract          text     behaviour  for how long the contract runs
        PaperlessBilling  text     behaviour  whether bills come by mail alone
        PaymentMethod     text     behaviour  how bills are paid
        MonthlyCharges    number   behaviour  what a month costs, in USD
        TotalCharges      number?  behaviour  what was paid in all; empty for who has just begun
        Churn             text     behaviour  whether the subscriber left within the last month
    """,
    derived={"customer_id": "customerID", "started_on": f"DATE '{DAY}' - CAST(round(tenure * 30.4375) AS INTEGER)"},
    key=("customerID",),
    limitation="One table without dates: months of subscription are counted back from a day that is only assumed.",
)
