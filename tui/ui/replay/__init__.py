"""Recordings played on the real screen: the bar that takes the prompt's place, and who holds the strings."""
