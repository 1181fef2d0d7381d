"""A message taken apart into clauses, each of which asks for one thing."""

import re

_STARTERS = (
    "calculate|compute|work out|evaluate|solve|add|subtract|multiply|divide|double|halve|triple|"
    "save|write|store|put|create|make|record|export|append|read|open|show|display|print|cat|"
    "tell|give|get|fetch|check|find|what|what's|whats|how|who|when|which|greet|say|"
    "use|call|run|invoke|execute|list|weather|help|please|can|could|would"
)
_STARTS = rf"(?=(?:{_STARTERS})\b(?!\s*[=:]))"
_BOUNDARY = re.compile(
    # A full stop after a title or in "St. Louis" ends nothing.
    r"(?<!\bst)(?<!\bmt)(?<!\bft)(?<!\bmr)(?<!\bmrs)(?<!\bdr)(?<!\bms)[.!?]+(?=\s|\Z)|[;\n]"
    rf"|\s*,\s*(?:(?:and|then|also|finally)\s+){{0,3}}{_STARTS}"
    rf"|\s+(?:and|then|after that|&)\s+(?:(?:then|also|finally)\s+){{0,2}}{_STARTS}",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"(?:(?:hi|hello|hey|please|kindly|now|ok|okay|so|well|and|then|also|first|next|finally|lastly|after that|just|"
    r"thanks|great|(?:can|could|would|will) you|i(?:['’]d| would) like (?:you )?to|i (?:want|need) (?:you )?to|"
    r"let['’]?s|go ahead and|help me|try to)\b[\s,!:]*)+",
    re.IGNORECASE,
)
_TRAILER = re.compile(
    r"(?:[\s,]*\b(?:please|for me|to me|thanks|thank you|right now|now|again|too|as well|afterwards|then|will you|"
    r"would you|can you))+[\s,]*\Z",
    re.IGNORECASE,
)


_PURPOSE = re.compile(
    r"\b(?P<use>(?:use|call|run|invoke)\s+(?:the\s+)?[\w-]{1,64}\s+tool)\s+to\s+[^\n]{1,400}?,?\s+with\s+(?=[\w-]{1,64}\s*=)",
    re.IGNORECASE,
)


def split_clauses(text: str) -> list[str]:
    """The clauses in order; what a named tool is used for, when its arguments follow, is left out."""
    text = _PURPOSE.sub(r"\g<use> with ", text)
    clauses = (piece.strip(" \t\r,:") for piece in _BOUNDARY.split(text))
    return [clause for clause in clauses if clause]


def core_of(clause: str) -> str:
    """What is left of a clause without polite words around it; the clause itself when nothing else is in it."""
    lead_in = _LEAD_IN.match(clause)
    core = clause[lead_in.end() :] if lead_in else clause
    core = _TRAILER.sub("", core[-200:]) if len(core) <= 200 else core[:-200] + _TRAILER.sub("", core[-200:])
    return core.strip(" \t,:?!") or clause
