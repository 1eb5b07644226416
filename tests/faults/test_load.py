"""Without any fault: desk and programs write, also twice at once, and everything arrives once."""

from tests.faults.load import Load
from tests.stack import Hotel, Stack


def test_in_good_weather_everything_arrives(stack: Stack, town: list[Hotel]) -> None:
    with Load(stack, town) as load:
        load.wait_arrived(1)
    load.check()
