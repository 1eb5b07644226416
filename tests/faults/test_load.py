"""Without any fault: desk and programs write, also twice at once, and everything arrives once."""

from tests.faults.load import Load, Town
from tests.stack import Stack


def test_in_good_weather_everything_arrives(stack: Stack, town: Town) -> None:
    with Load(stack, town) as load:
        load.wait_arrived(1)
    load.check()
