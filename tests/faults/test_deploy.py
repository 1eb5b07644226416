"""A new version is rolled out at the busiest hour: every process is stopped and started anew."""

from tests.faults.load import Load, Town
from tests.stack import Stack

ORDER = ("sending", "web", "background")


def test_every_process_is_replaced_under_load(stack: Stack, town: Town) -> None:
    with Load(stack, town, lines=6) as load:
        for name in ORDER:
            load.wait_more(3)
            stack.restart(name)
    load.check()


def test_the_whole_house_loses_its_power(stack: Stack, town: Town) -> None:
    """Everything but Green API ends at once, with -9."""
    with Load(stack, town) as load:
        load.wait_arrived(5)
        ours = [name for name in stack.services if name != "simulator"]
        for name in ours:
            stack.kill9(name)
        stack.restart(*ours)
    load.check()
