"""What the person decides about calls: the question before one runs, and what is allowed from then on."""
