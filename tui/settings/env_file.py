"""Setting one variable in a file of variables, whose other lines stay as they are."""

import re


def with_variable(text: str, name: str, value: str) -> str:
    """The file's text with this variable set: where it was, or on a line of its own at the end.

    `value` is one line of visible ASCII characters, as a key is; it is written in single quotes, in which only they
    and the backslash mean something.
    """
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    line = f"{name}='{quoted}'"
    setting = re.compile(rf"^[ \t]*(?:export[ \t]+)?{re.escape(name)}[ \t]*=")
    lines = text.splitlines()
    places = [number for number, old in enumerate(lines) if setting.match(old)]
    for number in places[1:]:
        lines[number] = ""
    if places:
        lines[places[0]] = line
    else:
        lines.append(line)
    return "\n".join(lines) + "\n"
