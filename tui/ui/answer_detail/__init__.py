"""All that is known of a turn: what was asked of the model, what the endpoint told, and what went wrong."""
