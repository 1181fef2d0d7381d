"""Dialogs: screens that ask one thing or show one thing, over the others."""
