"""The Tools tab: what the servers offer, to look through and to try."""
