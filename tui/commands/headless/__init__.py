"""What the commands without the screen share: their output, their end, their session and their servers."""
