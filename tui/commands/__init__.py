"""What `callscope` can be told to do, a module each; all are imported at every start, so they import the rest late."""
