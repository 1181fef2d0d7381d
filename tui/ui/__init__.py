"""The screen. The only importer of Textual; it talks to one Session and draws the events it gets."""
