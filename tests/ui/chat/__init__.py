"""Tests of the Chat tab."""
