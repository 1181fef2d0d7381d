"""Clauses about files: what to save where, and what to read."""

import re

from tui.azure.planner.draft import Draft
from tui.azure.planner.masking import FILE, QUOTE, Masked
from tui.azure.planner.steps import Kind, Ref, Slot, Step

_SAVE = re.compile(
    r"(?:\A(?:put|make|record|export)|\b(?:save|write|store|create))\b\s*(?:down\s+)?(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_PLAIN_SAVE = re.compile(r"(?:save|write|store|record|export)\b", re.IGNORECASE)
# Bounded, so that a message of nothing but "add 1 to" does not take seconds.
_APPEND = re.compile(
    rf"\b(?:append|delete|remove|rename|move|copy)\b|\badd\b[^\n]{{0,300}}\b(?:to|in|into)\s+[^\n]{{0,300}}{FILE}",
    re.IGNORECASE,
)
_MAKES_FILE = re.compile(rf"{FILE}|\bfile\b", re.IGNORECASE)
_NAMED = re.compile(rf"\b(?:called|named)\s+(?P<name>{FILE}|{QUOTE}|[\w.-]+)", re.IGNORECASE)
_TARGET = re.compile(
    rf"\s*\b(?:in|into|to|as|inside|under)\s+(?:(?:a|the|my|an?other|new|text|file|named|called)\s+)*"
    rf"(?P<name>{FILE}|{QUOTE}|(?!it\b|that\b|there\b|file\b|me\b|disk\b)[\w-]+)\s*(?:file)?\Z",
    re.IGNORECASE,
)
_SAME_TARGET = re.compile(
    r"\s*\b(?:(?:in|into|to|inside)\s+(?:it|that file|the file|the same file)|there)\Z", re.IGNORECASE
)
_UNNAMED_TARGET = re.compile(
    r"\s*\b(?:in|into|to|as)\s+(?:a|the|some|my)?\s*(?:new\s+|text\s+)*(?:file|disk)\Z", re.IGNORECASE
)
_TARGET_FIRST = re.compile(
    r"(?:(?:this|the|a|following|text|note|message|line|words)\s+)*(?:to|in|into)\s+"
    rf"(?:(?:a|the|my|new|text|file|named|called)\s+)*(?P<name>{FILE})\s*[:,]?\s*(?P<content>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_WITH_CONTENT = re.compile(
    r"(?:(?:a|an|the|this|short|new|text|file|note|message|reminder|line)\s+)*"
    r"\b(?:with|containing|saying|that says|which says|that contains|reading)\s+"
    r"(?:(?:the|a|this|following|text|message|content|contents|words|line|in it)\s*[:,]?\s+)*(?P<content>.+)",
    re.IGNORECASE | re.DOTALL,
)
_CONTENT_NOUNS = re.compile(
    r"(?:(?:a|the|this|my|following|short|new|text|message|note|line|words?|content|sentence)\s*[:,]?\s+)+"
    rf"(?={QUOTE})|\Athe\s+(?:text|message|words?|number|value|phrase|sentence)\s+(?=\S)",
    re.IGNORECASE,
)
_BARE_FILE = re.compile(r"(?:(?:a|an|the|my|new|empty|text)\s+)*(?:file)?\Z", re.IGNORECASE)

_READ = re.compile(
    r"\b(?:read|open|show|display|print|cat|view|load|see|look|contents?|content|says?|get|fetch|tell)\b"
    r"|\bwhat['’]?s\b|\bwhats\b|\bwhat (?:is|does|did)\b|\bwhat\b",
    re.IGNORECASE,
)
_READ_AGAIN = re.compile(
    r"\b(?:read|open|show|display|print|view)\b.*\b(?:that|the|this|my)\s+(?:\w+\s+)?file\b"
    r"|\b(?:read|open)\s+(?:it|that|this)\b|\bwhat['’]?s\s+in\s+(?:it|that|the file|that file|there)\b"
    r"|\bread\s+(?:both|all|these|those|the)\s+files\b"
    r"|\bwhat\s+(?:is|does)\s+(?:in\s+)?(?:it|that file|the file)\b(?:\s+(?:say|contain))?",
    re.IGNORECASE,
)
_READ_PATH = re.compile(
    r"(?:(?:read|open|cat)\s+(?:the\s+)?(?:file\s+)?(?:called\s+|named\s+)?(?!it\b|that\b|this\b|the\b|file\b|me\b)"
    rf"(?P<word>[\w.-]+|{QUOTE})|(?:read|open|show|cat|print|view)\s+(?P<path>[\w.~-]*[/\\][\w./\\~-]*))\Z",
    re.IGNORECASE,
)
_ONLY_FILES = re.compile(rf"(?:{FILE}|and|the|file|in|of|s|[\s,&?'’]+)+\Z", re.IGNORECASE)
_REPORTED: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (
        re.compile(r"(?:the |this |that )?(?:mock )?(?:weather|forecast)(?: report| data| result| info)?\Z", re.I),
        "weather",
    ),
    (re.compile(r"(?:the |this |that |my )?(?:current )?system (?:info|information)\Z", re.I), "system"),
    (re.compile(r"(?:the |that )?greeting\Z", re.I), "greet"),
)


def is_append(core: str) -> bool:
    """Whether the clause wants something done to a file that a plain save would ruin or cannot do."""
    return bool(_APPEND.search(core) and _MAKES_FILE.search(core))


def is_save(core: str) -> bool:
    """Whether the clause asks to write a file."""
    found = _SAVE.search(core)
    return bool(found and (_MAKES_FILE.search(core) or _PLAIN_SAVE.match(core)))


def is_read(core: str) -> bool:
    """Whether the clause asks what is in a file."""
    if re.search(FILE, core):
        return bool(_READ.search(core) or _ONLY_FILES.match(core))
    return bool(_READ_AGAIN.search(core) or _READ_PATH.match(core))


class FileReader:
    """Reads clauses about files into a draft. `nested` reads what is to be saved, when that is itself a request."""

    def __init__(self, draft: Draft, masked: Masked) -> None:
        self._draft = draft
        self._masked = masked

    def read(self, core: str) -> None:
        """A clause that asks for the content of one or more files."""
        path = _READ_PATH.match(core)
        found = re.findall(FILE, core) or ([path["word"] or path["path"]] if path else self._files_meant(core))
        for name in dict.fromkeys(map(self._masked.unquoted, found)):
            if name:
                self._draft.add(Step("read", {"file": name}))
            else:
                self._draft.remark("which_file", "read")

    def _files_meant(self, core: str) -> list[str]:
        """The files that "that file" or "both files" are."""
        several = self._draft.files() if re.search(r"\bfiles\b", core, re.IGNORECASE) else []
        return several or [self._draft.last_file()]

    def what_to_save(self, core: str) -> tuple[str, str | None]:
        """The words for the content, and the file's name; None when there is none."""
        found = _SAVE.search(core)
        rest = found["rest"].strip() if found else core
        if target := _TARGET_FIRST.match(rest):
            return target["content"], self._file_name(target["name"])
        if named := _NAMED.search(rest):
            rest = _without(rest, named)
            return self._content_around(rest), self._file_name(named["name"])
        if with_content := _WITH_CONTENT.search(rest):
            head = rest[: with_content.start()]
            if file := re.search(FILE, head):
                return with_content["content"].strip(), self._masked.unquoted(file[0])
        if _UNNAMED_TARGET.search(rest):
            return _UNNAMED_TARGET.sub("", rest), None
        if same := _SAME_TARGET.search(rest):
            return rest[: same.start()], self._draft.last_file() or None
        if target := _TARGET.search(rest):
            return _without(rest, target), self._file_name(target["name"])
        if file := re.search(FILE, rest):
            return self._content_around(_without(rest, file)), self._masked.unquoted(file[0])
        return rest, None

    def content(self, words: str) -> Slot:
        """What the words for the content mean: a reference, a report of this conversation, or nothing (None)."""
        words = words.strip(" \t,:")
        for pattern, kind in _REPORTED:
            if pattern.match(words):
                if steps := self._draft.last_of(kind):
                    return Ref(steps)
                earlier = self._draft.earlier(kind)
                return earlier.text if earlier else None
        return self._draft.referenced(words)

    def literal(self, words: str) -> str:
        """The words as the text to be written: a quotation without its marks, or all of it."""
        words = _CONTENT_NOUNS.sub("", words.strip(" \t,:"))
        if with_content := _WITH_CONTENT.match(words):
            words = with_content["content"].strip()
        if quotes := re.findall(QUOTE, words):
            return self._masked.unquoted(quotes[0]) if len(quotes) == 1 else self._masked.as_written(words)
        return self._masked.as_written(words)

    def _content_around(self, rest: str) -> str:
        """The content in what is left of a clause once the file's name is out of it."""
        rest = re.sub(
            r"\s*\b(?:to|in|into|as)?\s*(?:an?|the|my)?\s*(?:new\s+|text\s+)*\bfile\s*\Z", "", rest, flags=re.I
        )
        if with_content := _WITH_CONTENT.search(rest):
            return with_content["content"].strip()
        rest = re.sub(r"^(?:(?:an?|the|my|new|text|empty)\s+)*file\b\s*[:,]?\s*(?:with\s+)?", "", rest, flags=re.I)
        return "" if _BARE_FILE.match(rest.strip()) else rest.strip()

    def _file_name(self, name: str) -> str:
        return self._masked.unquoted(name).strip()


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()].rstrip()} {text[found.end() :].lstrip()}".strip()
