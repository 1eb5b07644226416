"""Only a package of the tests needs aiohttp, so it is not there in production; engineio would load
it wherever it is, which is an eighth of the time in which a process starts.
"""

raise ImportError("not installed in production")
