"""Every call in sight: what the model asked, what went to the tool, what came back, and how long it took."""
