"""The conversation: its events, the turn that makes them, and the ports to the world. Standard library only."""
