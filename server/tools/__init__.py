"""The tools, one decorated function each; a module whose tools need something from outside holds them in a class."""
