"""What came of running a recording's calls again: a list of them, and the differences side by side."""
