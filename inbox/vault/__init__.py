"""Back room: secrets at rest, tokens and passwords."""
