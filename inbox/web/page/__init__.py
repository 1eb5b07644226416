"""What stands around every page: frame, dialogs, assets, sign-in, errors."""
