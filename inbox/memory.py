"""How a process that lives long looks for garbage."""

import gc

NEW_OBJECTS = 20_000  # Python's own 700 means a search with every other request


def settle() -> None:
    """Said once, when everything is loaded: what is there stays, and is never searched again. Most
    of what a request makes goes without a search, so one is made less often (decision 0006).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 20, 20)
