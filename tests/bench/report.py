"""How figures are printed."""


def heading(text: str) -> None:
    """A line above a group of figures."""
    print(f"\n{text}", flush=True)


def row(what: str, value: str) -> None:
    """One figure."""
    print(f"  {what:<58} {value}", flush=True)


def ms(seconds: float) -> str:
    """Seconds as milliseconds."""
    return f"{seconds * 1000:.1f} ms"
