"""What the table of subscribers means: how things stand with each of them on the day of the table."""

from tenure.history import States

SUBSCRIBERS = States(
    "subscribers",
    noun="subscription",
    attributes=(
        "Partner",
        "Dependents",
        "PhoneService",
        "MultipleLines",
        "InternetService",
        "OnlineSecurity",
        "OnlineBackup",
        "DeviceProtection",
        "TechSupport",
        "StreamingTV",
        "StreamingMovies",
        "Contract",
        "PaperlessBilling",
        "PaymentMethod",
        "MonthlyCharges",
        "Churn",
    ),
    entered="started_on",
    left_out={"TotalCharges": "it is what a month costs times the months, and so tells the time that is to be foreseen"},
)
