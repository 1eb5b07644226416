"""What concerns the hotel as a whole: its line, its quarantine, how it sends."""
