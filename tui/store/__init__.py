"""Conversations on disk: SQLite history, and events as lines of JSON."""
