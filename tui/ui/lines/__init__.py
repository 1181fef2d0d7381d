"""Documents drawn as lines by one widget, however long: the base of transcript, tool log and details."""
