"""What the doctor found, on a page of its own."""
