"""Looks over all that the application needs: a module for each area, joined by `Doctor`."""

from tui.doctor.doctor import Doctor

__all__ = ["Doctor"]
