"""What a person wishes that a view cannot do by itself."""

from textual.message import Message


class Wish(Message):
    """Goes up to the main screen, which has it carried out once there is a session."""
