"""The whole product as real processes, for the journey, browser and fault tests.

with Stack(tmp_path) as stack:
    hotel = stack.add_hotel("grand-plaza")
    stack.simulator.write(hotel, chat_id="447700900318@c.us", text="Hello")
"""

from tests.stack.stack import Hotel, Stack, wait_until

__all__ = ["Hotel", "Stack", "wait_until"]
