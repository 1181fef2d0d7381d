"""Makes what the readme shows: conversations recorded with the real program, and pictures of its screens."""
