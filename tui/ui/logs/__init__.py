"""The logs of the servers: the messages that passed between them and this host, and what a launched one wrote."""
