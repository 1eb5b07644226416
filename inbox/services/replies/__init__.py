"""What the desk and programs write, and what they change their mind about."""
