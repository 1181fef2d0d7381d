"""The conversation as a person reads it: messages, answers in Markdown, and one line for every call."""
