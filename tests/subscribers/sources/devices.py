"""The list of devices, without dates."""

from tenure.contracts import Available, Files, Source, Volume

SOURCE = Source(
    name="devices",
    grain="one kind of device",
    why="knowing how large a device's screen is",
    from_whom="the maker of the service",
    key=("device",),
    event_time=None,
    available=Available.FROM_FIRST_DAY,
    reader=Files(pattern="devices/{day}.parquet"),
    columns="""
        device  text               none  device, as logins name it
        screen  text{small|large}  none  how large its screen is
    """,
    volume=Volume(minimum=1, maximum=100, because="There are a few kinds."),
)
