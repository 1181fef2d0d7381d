"""The History tab: every conversation that was kept, to find, reopen, rename, pin, export and delete."""
