"""What a message asks for: its clauses read, one after the other, into steps and remarks."""

import re
from collections.abc import Callable

from tui.azure.planner import places
from tui.azure.planner.arithmetic import add_expression
from tui.azure.planner.clauses import core_of, split_clauses
from tui.azure.planner.draft import Draft
from tui.azure.planner.expression import BadExpressionError, find_expressions
from tui.azure.planner.files import FileReader, is_append, is_read, is_save
from tui.azure.planner.masking import FILE, QUOTE, mask
from tui.azure.planner.named_tools import purpose_of, read_named_tool
from tui.azure.planner.request import Conversation
from tui.azure.planner.steps import Item, Slot, Step

_HELLO = re.compile(
    r"(?:hi|hello|hey|howdy|greetings|good (?:morning|afternoon|evening|day)|yo|hiya)(?:\s+(?:there|again|all|everyone|"
    r"world|callscope|planner))?\Z",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?:many |ok(?:ay)? )?(?:thanks|thank you|thx|cheers|great|perfect|nice|cool|awesome|well done|good job|"
    r"ok|okay|bye|goodbye|see you)\b(?:\s+(?:a lot|so much|very much|you|for that|for your help|then|bye))*\Z",
    re.IGNORECASE,
)
_HELP = re.compile(
    r"help\b|\bwhat (?:else )?can (?:you|i|this)\b|\bwhat (?:do|are) you\b|\bwho are you\b"
    r"|\bhow (?:do|does|can) (?:i|this|you)\b|\bare you (?:a|an|really|real|chatgpt|gpt|human)\b"
    r"|\b(?:commands|capabilities|abilities)\b|\Aexamples\Z",
    re.IGNORECASE,
)
_TOOLS = re.compile(
    r"\b(?:what|which|list|show|your|available|connected)\b[\w\s'’]{0,40}\b(?:tools?|functions?)\b|\Atools\Z",
    re.IGNORECASE,
)
_SYSTEM = re.compile(
    r"\bsystem (?:info|information|details|status|specs?)\b|\bsysinfo\b"
    r"|\b(?:this|my|the|your) (?:computer|machine|system)\b"
    r"|\b(?:how many|how much|which|what|what['’]?s|show|tell|get|check)\b.{0,200}\b(?:cpus?|cores|processor|"
    r"memory|ram|operating system|os|python version|version of python|architecture|platform|hardware)\b"
    r"|\A(?:cpu|memory|ram|os)\Z",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\bwhat time\b|\btime is it\b|\b(?:the|current|local) time\b|\bwhat(?:['’]?s| is) the (?:date|day)\b|\bwhat day\b"
    r"|\b(?:current|today['’]?s) date\b|\A(?:time|date)\Z",
    re.IGNORECASE,
)
_GREET = re.compile(
    r"\bgreet\b\s*(?P<who>.*)|\bsay (?:hello|hi|hey)\b(?:\s+to\b)?\s*(?P<whom>.*)|\bgreeting for\s+(?P<whose>.+)",
    re.IGNORECASE | re.DOTALL,
)
_OWN_NAME = re.compile(
    r"\b(?:my name is|my name['’]s|call me|(?-i:I)['’]m|(?-i:I) am)\s+(?P<name>(?-i:[A-Z])[\w'’-]{1,40})", re.IGNORECASE
)
_INTRODUCES = re.compile(r"(?:my name['’]?s|my name is|i am|i['’]m)\s+[\w'’-]{1,40}\Z", re.IGNORECASE)
_ASK_PERSON = re.compile(r"\s*ask (?:the )?user\b", re.IGNORECASE)
"""How a server's prompt begins that wants the model to ask first."""
_RELATION = re.compile(r"\A(?:my|our)\s+[a-z]{1,20}\s+(?=[A-Z])")
_NOBODY = re.compile(r"(?:me|us|myself|everyone|the world|world)?\Z", re.IGNORECASE)
_REPORT = re.compile(
    r"(?:the |my |this )?(?:current )?(?:(?:weather|forecast) (?:in|for|of) .+|system (?:info|information)|"
    rf"(?:date and )?time|contents? of {FILE}|(?:result|answer) of .+)\Z",
    re.IGNORECASE | re.DOTALL,
)
_OUTPUT_TO = re.compile(
    rf"(?P<what>.+?)\s+(?:in)?to\s+(?:(?:a|the|new|text|file|called|named)\s+)*(?P<file>{FILE})\Z",
    re.IGNORECASE | re.DOTALL,
)


def read_message(conversation: Conversation) -> tuple[Item, ...]:
    """What the last message of the conversation asks for."""
    reading = _Reading(conversation, _text_to_read(conversation))
    reading.read()
    return tuple(reading.draft.items)


def _text_to_read(conversation: Conversation) -> str:
    """The last message; a bare file name that answers the question which file is read with what was asked for."""
    text = conversation.current.text
    if len(conversation.turns) > 1 and re.fullmatch(rf"\s*(?:to\s+)?{FILE}[\s.!]*", mask(text).text):
        before = conversation.turns[-2].text.rstrip(" .!?")
        asked = _Reading(Conversation(conversation.turns[:-1], conversation.tools, True, ""), before)
        asked.read()
        if any(getattr(item, "kind", "") == "which_file" for item in asked.draft.items):
            return f"{before} to {text.strip().removeprefix('to ')}"
    return text


class _Reading:
    """Reads one message."""

    def __init__(self, conversation: Conversation, text: str) -> None:
        self.draft = Draft(conversation)
        self._masked = mask(text)
        self._files = FileReader(self.draft, self._masked)
        self._requests: tuple[Callable[[str], bool], ...] = (
            self._read_file,
            self._help,
            self._weather,
            self._system,
            self._greeting_or_time,
            self._arithmetic,
        )

    def read(self) -> None:
        """Every clause, the small talk only when there is nothing else."""
        if _ASK_PERSON.match(self._masked.text):
            self.draft.remark("ask_person", self._masked.as_written(self._masked.text))
            return
        clauses = split_clauses(self._masked.text)
        small_talk = [clause for clause in clauses if any(p.match(clause) for p in (_HELLO, _THANKS, _INTRODUCES))]
        unclear = [clause for clause in clauses if clause not in small_talk and not self._take(core_of(clause))]
        for clause in unclear if self.draft.items else [self._masked.text] if unclear else []:
            self.draft.remark("unclear", self._masked.as_written(clause))
        if not self.draft.items:
            talk = small_talk[0] if small_talk else ""
            self.draft.remark("thanks" if _THANKS.match(talk) else "hello" if talk else "help")

    def _take(self, core: str) -> bool:
        if purpose := purpose_of(core, self.draft.conversation.tools):
            return self._take_request(purpose) or read_named_tool(self.draft, self._masked, core)
        return read_named_tool(self.draft, self._masked, core) or self._take_request(core)

    def _take_request(self, core: str) -> bool:
        return any(recognise(core) for recognise in (self._save, self._output, *self._requests))

    def _save(self, core: str) -> bool:
        if is_append(core):
            self.draft.remark("cannot_append", self._masked.as_written(core))
            return True
        if not is_save(core):
            return False
        words, file = self._files.what_to_save(core)
        content = self._content(words)
        if file is None and content is None and not re.match(r"(?:save|store)\b", core, re.IGNORECASE):
            return False
        self._add_save(words, content, file)
        return True

    def _add_save(self, words: str, content: Slot, file: str | None) -> None:
        if content is None and self.draft.is_reference(words):
            self.draft.remark("nothing_earlier")
        elif not file:
            self.draft.remark("which_file", "save")
        elif content is None and not words:
            self.draft.remark("which_content", file)
        else:
            text = self._files.literal(words) if content is None else content
            self.draft.add(Step("save", {"file": file, "content": text}))

    def _content(self, words: str) -> Slot:
        """What is to be saved: a result, or the results of what the words ask for; None when they are the text."""
        if (content := self._files.content(words)) is not None:
            return content
        core = core_of(words.strip()) if words.strip() else ""
        return self._nested(core) if core and not re.search(QUOTE, core) else None

    def _nested(self, core: str) -> Slot:
        before = len(self.draft.items)
        if _REPORT.match(core):
            _ = any(recognise(core) for recognise in self._requests)
        else:
            self._plain_arithmetic(core)
        return self.draft.results_since(before)

    def _output(self, core: str) -> bool:
        """ "Get the system information into info.txt": a request, and where its result goes."""
        found = _OUTPUT_TO.match(core)
        if not found or re.match(r"(?:look|go)\b", core, re.IGNORECASE):
            return False
        before = len(self.draft.items)
        if not any(recognise(found["what"]) for recognise in self._requests):
            return False
        if results := self.draft.results_since(before):
            self.draft.add(Step("save", {"file": self._masked.unquoted(found["file"]), "content": results}))
        return True

    def _read_file(self, core: str) -> bool:
        if not is_read(core):
            return False
        self._files.read(core)
        return True

    def _help(self, core: str) -> bool:
        if _TOOLS.search(core):
            self.draft.remark("tools")
        elif _HELP.search(core):
            self.draft.remark("help")
        else:
            return False
        return True

    def _weather(self, core: str) -> bool:
        follows = bool(self.draft.last_of("weather")) or self.draft.earlier("weather") is not None
        found = places.cities(self._masked.unquoted(core), follows=follows)
        if found is None:
            return False
        for city in found:
            self.draft.add(Step("weather", {"city": city}, (city,)))
        if not found:
            self.draft.add(Step("weather", {}))
        return True

    def _system(self, core: str) -> bool:
        if not _SYSTEM.search(core):
            return False
        if not self.draft.last_of("system"):
            self.draft.add(Step("system", {}))
        return True

    def _greeting_or_time(self, core: str) -> bool:
        greet = _GREET.search(core)
        if greet:
            who = greet["who"] or greet["whom"] or greet["whose"] or ""
            for name in self._people(who):
                self.draft.add(Step("greet", {"name": name}))
            if _NOBODY.match(who.strip(" ,")):
                own = self._own_name()
                self.draft.add(Step("greet", {"name": own} if own else {}))
        if _TIME.search(core):
            if not self.draft.last_of("greet", "time"):
                self.draft.add(Step("time", {}))
            return True
        return bool(greet)

    def _people(self, words: str) -> list[str]:
        names = (name.strip(" ,.'’") for name in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", words))
        return [self._masked.unquoted(_RELATION.sub("", name))[:80] for name in names if not _NOBODY.match(name)]

    def _own_name(self) -> str:
        texts = reversed([turn.text for turn in self.draft.conversation.turns])
        found = (_OWN_NAME.search(text) for text in texts)
        return next((match["name"] for match in found if match), "")

    def _arithmetic(self, core: str) -> bool:
        try:
            expressions = find_expressions(core)
        except BadExpressionError:
            self.draft.remark("bad_expression", self._masked.as_written(core))
            return True
        for expression in expressions:
            add_expression(self.draft, expression)
        return bool(expressions)

    def _plain_arithmetic(self, core: str) -> None:
        """Arithmetic that is nothing but that; other text to be saved may well have numbers in it."""
        if re.fullmatch(r"[\s\d.,+*/×÷()-]+|(?i:the (?:sum|product|difference|quotient) of .+)", core):
            try:
                for expression in find_expressions(core):
                    add_expression(self.draft, expression)
            except BadExpressionError:
                return
