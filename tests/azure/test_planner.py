"""Whole conversations with the offline planner: which calls, in which rounds, and what it says."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import pytest

from tests.azure.bundled_tools import NOW, SYSTEM_INFO
from tests.azure.conversing import Talk, ask
from tui.azure.planner import planner_model
from tui.core.ports import UserMessage

Called: TypeAlias = tuple[str, Mapping[str, Any]]
Rounds: TypeAlias = list[list[Called]]


def calc(operation: str, a: float, b: float) -> Called:
    return "calculate", {"operation": operation, "a": a, "b": b}


def save(filename: str, content: str) -> Called:
    return "save_text_file", {"filename": filename, "content": content}


def read(filename: str) -> Called:
    return "read_text_file", {"filename": filename}


def weather(city: str) -> Called:
    return "get_weather", {"city": city}


def greet(name: str | None = None) -> Called:
    return "greet", {} if name is None else {"name": name}


SYSTEM: Called = ("get_system_info", {})


async def check(turns: list[tuple[str, Rounds, list[str]]]) -> None:
    """Each message makes exactly these calls in these rounds, and its answer has these words."""
    talk = Talk(planner_model(pace=0))
    for text, rounds, words in turns:
        said = await talk.say(text)
        assert said.rounds == rounds, text
        for word in words:
            assert word in said.text, f"{text!r}: {word!r} is not in {said.text!r}"
    await talk.model.aclose()


# --- what the examples promise --------------------------------------------------------------------------------------


async def test_math_calculation() -> None:
    await check(
        [
            (
                "Calculate 15 * 8 and save the result to a file called calculation.txt",
                [[calc("multiply", 15, 8)], [save("calculation.txt", "120.0")]],
                ["15 × 8 = **120**", "`calculation.txt`"],
            )
        ]
    )


async def test_system_information() -> None:
    await check(
        [
            (
                "What's the current system information and save it to system_info.txt?",
                [[SYSTEM], [save("system_info.txt", SYSTEM_INFO)]],
                ["| OS | Linux |", "| Memory (GB) | 23.54 |", "`system_info.txt`"],
            )
        ]
    )


async def test_multiple_operations_take_three_rounds() -> None:
    await check(
        [
            (
                "Calculate 25 * 4, then multiply that result by 3, and save the final result to math_result.txt",
                [[calc("multiply", 25, 4)], [calc("multiply", 100, 3)], [save("math_result.txt", "300.0")]],
                ["25 × 4 = **100**", "100 × 3 = **300**", "`math_result.txt`"],
            )
        ]
    )


async def test_file_operations() -> None:
    await check(
        [
            (
                "Create a file called welcome.txt with the message 'Hello from Azure OpenAI and MCP!'",
                [[save("welcome.txt", "Hello from Azure OpenAI and MCP!")]],
                ["`welcome.txt`"],
            )
        ]
    )


async def test_the_single_examples_as_one_conversation() -> None:
    await check(
        [
            ("Hello! Can you greet me and tell me what time it is?", [[greet()]], ["Hello world!", NOW]),
            ("Calculate 15 * 8 for me", [[calc("multiply", 15, 8)]], ["**120**"]),
            (
                "What's the weather like in San Francisco?",
                [[weather("San Francisco")]],
                ["Weather in San Francisco: 57°F, sunny", "mock"],
            ),
            (
                "Save a message 'Hello from Azure OpenAI + MCP!' to a file called 'demo.txt'",
                [[save("demo.txt", "Hello from Azure OpenAI + MCP!")]],
                ["`demo.txt`"],
            ),
            ("Now read that file back to me", [[read("demo.txt")]], ["`demo.txt`", "Hello from Azure OpenAI + MCP!"]),
            ("Can you get system information about this computer?", [[SYSTEM]], ["| Architecture | x86_64 |"]),
        ]
    )


async def test_a_servers_prompt_that_wants_to_ask_first_is_answered_with_a_question() -> None:
    await check(
        [
            (
                "Ask user for file operations. Offer to save text to a file or to read one back, use save_text_file "
                "and read_text_file, and say which file was used.",
                [],
                ["What would you like me to do?", "`save_text_file`", "`read_text_file`"],
            ),
            ("Save a message 'hi' to a file called 'a.txt'", [[save("a.txt", "hi")]], ["`a.txt`"]),
        ]
    )


async def test_the_learning_session() -> None:
    await check(
        [
            (
                "Hello, what can you do?",
                [],
                ["offline planner, not a language model", "`calculate`", "/connect"],
            ),
            ("What's 25 * 8?", [[calc("multiply", 25, 8)]], ["25 × 8 = **200**"]),
            ("Save that result to math.txt", [[save("math.txt", "200.0")]], ["`200.0`", "`math.txt`"]),
            ("What's in math.txt?", [[read("math.txt")]], ["200.0"]),
            (
                "Calculate 50 / 2, tell me the weather in NYC, and save both results to summary.txt",
                [
                    [calc("divide", 50, 2), weather("NYC")],
                    [save("summary.txt", "50 / 2 = 25.0\nWeather in NYC: 57°F, sunny (mock data)")],
                ],
                ["50 ÷ 2 = **25**", "Weather in NYC", "`summary.txt`"],
            ),
        ]
    )


# --- what a new user would type -------------------------------------------------------------------------------------

ONE_MESSAGE: list[tuple[str, Rounds, list[str]]] = [
    ("12.5 plus 3", [[calc("add", 12.5, 3)]], ["12.5 + 3 = **15.5**"]),
    ("what is 144 divided by 12", [[calc("divide", 144, 12)]], ["**12**"]),
    ("what is 2+2?", [[calc("add", 2, 2)]], ["**4**"]),
    ("please calculate 7 minus 10 please", [[calc("subtract", 7, 10)]], ["**-3**"]),
    ("calculate fifteen times eight", [[calc("multiply", 15, 8)]], ["**120**"]),
    ("Multiply 15 and 8", [[calc("multiply", 15, 8)]], ["**120**"]),
    ("subtract 5 from 20", [[calc("subtract", 20, 5)]], ["**15**"]),
    ("What is the sum of 3 and 4?", [[calc("add", 3, 4)]], ["**7**"]),
    ("1,000 x 3", [[calc("multiply", 1000, 3)]], ["**3000**"]),
    ("(2 + 3) * 4", [[calc("add", 2, 3)], [calc("multiply", 5, 4)]], ["(2 + 3) × 4 = **20**"]),
    (
        "(1 + 2) * (3 + 4) - 10 / 5",
        [
            [calc("add", 1, 2), calc("add", 3, 4), calc("divide", 10, 5)],
            [calc("multiply", 3, 7)],
            [calc("subtract", 21, 2)],
        ],
        ["(1 + 2) × (3 + 4) − 10 ÷ 5 = **19**"],
    ),
    ("10 - (2 + 3)", [[calc("add", 2, 3)], [calc("subtract", 10, 5)]], ["10 − (2 + 3) = **5**"]),
    ("8 / (2 * 2)", [[calc("multiply", 2, 2)], [calc("divide", 8, 4)]], ["8 ÷ (2 × 2) = **2**"]),
    ("10 - 2 - 3", [[calc("subtract", 10, 2)], [calc("subtract", 8, 3)]], ["10 − 2 − 3 = **5**"]),
    ("add 1, 2 and 3", [[calc("add", 1, 2)], [calc("add", 3, 3)]], ["1 + 2 + 3 = **6**"]),
    ("save to memo.txt: pick up kids at 5", [[save("memo.txt", "pick up kids at 5")]], ["`memo.txt`"]),
    ("save the number 7 to seven.txt", [[save("seven.txt", "7")]], ["`seven.txt`"]),
    ('save "two\nlines" to l.txt', [[save("l.txt", "two\nlines")]], ["`l.txt`"]),
    (
        'Save "a" to a.txt, save "b" to b.txt, then read both files',
        [[save("a.txt", "a"), save("b.txt", "b")], [read("a.txt"), read("b.txt")]],
        ["`a.txt` contains", "`b.txt` contains"],
    ),
    ("greet my friend Sam", [[greet("Sam")]], ["Hello Sam!"]),
    ("is it cold in Moscow?", [[weather("Moscow")]], ["Moscow"]),
    ("20% of 50", [[calc("divide", 20, 100)], [calc("multiply", 0.2, 50)]], ["**10**"]),
    (
        "What is 5 + 3? What is 10 - 2? Save both results to both.txt",
        [[calc("add", 5, 3), calc("subtract", 10, 2)], [save("both.txt", "5 + 3 = 8.0\n10 - 2 = 8.0")]],
        ["`both.txt`"],
    ),
    ("calculate 1/0", [[calc("divide", 1, 0)]], ["1 ÷ 0 did not work", "Division by zero is not possible"]),
    ("calculate 1/0 and save it to a.txt", [[calc("divide", 1, 0)]], ["Division by zero", "saved nothing to `a.txt`"]),
    ("(1/0) + 2", [[calc("divide", 1, 0)]], ["did not work", "did not go on"]),
    ("2^8", [], ["cannot take “2^8” apart"]),
    ("what is the square root of 9", [], ["cannot take"]),
    ("1,5 + 2", [], ["cannot take"]),
    ("weather in Paris and London", [[weather("Paris"), weather("London")]], ["in Paris:", "in London:"]),
    ("weather in Portland, Oregon", [[weather("Portland, Oregon")]], ["Portland, Oregon"]),
    ("what's the temperature in New York City right now?", [[weather("New York City")]], ["New York City"]),
    ("What's the weather like in St. Louis today?", [[weather("St. Louis")]], ["St. Louis"]),
    ("London weather", [[weather("London")]], ["London"]),
    ("What's the weather?", [[("get_weather", {})]], ["Seattle"]),
    ("greet Ada", [[greet("Ada")]], ["Hello Ada!"]),
    ("say hello to Bob and Alice", [[greet("Bob"), greet("Alice")]], ["Hello Bob!", "Hello Alice!"]),
    ("My name is Grace, greet me", [[greet("Grace")]], ["Hello Grace!"]),
    ("what's the time?", [[greet()]], [f"It is **{NOW}**"]),
    ("How many CPUs do I have?", [[SYSTEM]], ["| CPU count | 2 |"]),
    ("read notes.txt", [[read("notes.txt")]], ["did not work", "no file called 'notes.txt'"]),
    ("Read a.txt and b.txt", [[read("a.txt"), read("b.txt")]], ["'a.txt'", "'b.txt'"]),
    ("read ../../etc/passwd", [[read("../../etc/passwd")]], ["did not work"]),
    ("save hello world to a.txt", [[save("a.txt", "hello world")]], ["`hello world`", "`a.txt`"]),
    ('put the message "buy milk, then read it" into t.txt', [[save("t.txt", "buy milk, then read it")]], ["`t.txt`"]),
    ("store 42 in answer.txt", [[save("answer.txt", "42")]], ["`42`"]),
    ("save the sum of 3 and 4 to sum.txt", [[calc("add", 3, 4)], [save("sum.txt", "7.0")]], ["`7.0`"]),
    ("save 'It's \"5 * 5\"' to q.txt", [[save("q.txt", "It's \"5 * 5\"")]], ["`q.txt`"]),
    ('save "{}" to a.json', [[save("a.json", "{}")]], ["`{}`"]),
    ("save a note saying remember the eggs to eggs.txt", [[save("eggs.txt", "remember the eggs")]], ["eggs.txt"]),
    (
        "write the weather in Oslo to o.txt",
        [[weather("Oslo")], [save("o.txt", "Weather in Oslo: 57°F, sunny (mock data)")]],
        ["`o.txt`"],
    ),
    ("get the system info into info.txt", [[SYSTEM], [save("info.txt", SYSTEM_INFO)]], ["`info.txt`"]),
    ("Save 'hi' to a.txt and read it back", [[save("a.txt", "hi")], [read("a.txt")]], ["`a.txt` contains"]),
    ("Create a file called n.txt and write 'x' in it", [[save("n.txt", "x")]], ["`n.txt`"]),
    ("Create a file called empty.txt", [], ["What should I write to “empty.txt”?"]),
    ("append foo to a.txt", [], ["whole files"]),
    ("delete a.txt", [], ["whole files"]),
    ("save that to c.txt", [], ["no earlier result"]),
    ("add 5 to that", [], ["no earlier result"]),
    ("what tools do you have?", [], ["6 tools are connected", "`save_text_file` Save text to a file."]),
    ("help", [], ["offline planner, not a language model", "/connect", "`get_weather`"]),
    ("thanks", [], ["welcome"]),
    ("Hello", [], ["Hello!", "offline planner"]),
    ("", [], ["offline planner"]),
    ("write a poem", [], ["did not understand “write a poem”", "not a language model", "/connect"]),
    ("what is the capital of France?", [], ["did not understand", "`calculate`"]),
    ("what's 5 + 5 and tell me a joke", [[calc("add", 5, 5)]], ["**10**", "did not understand “tell me a joke”"]),
    ("call me at 555-1234", [], ["did not understand"]),
    ("use calculate with operation=add, a=1, b=2", [[calc("add", 1, 2)]], ["Result: 1.0 add 2.0 = 3.0"]),
    (
        'call calculate {"operation": "multiply", "a": 6, "b": 7} and save it to p.txt',
        [[calc("multiply", 6, 7)], [save("p.txt", "42.0")]],
        ["`p.txt`"],
    ),
    ('get_weather(city="Oslo")', [[weather("Oslo")]], ["Weather in Oslo"]),
    ("use the greet tool to greet Ada", [[greet("Ada")]], ["Hello Ada!"]),
    (
        "Use the calculate tool to add, subtract, multiply or divide numbers, with operation = add, a = 3 and b = 4.",
        [[calc("add", 3, 4)]],
        ["7.0"],
    ),
    ("use calculate with a=1", [], ["did not call `calculate`", "`operation` (one of add, subtract,"]),
    ("use the frobnicate tool", [], ["There is no tool “frobnicate”", "`greet`"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "rounds", "words"), ONE_MESSAGE, ids=[case[0][:40] for case in ONE_MESSAGE])
async def test_one_message(text: str, rounds: Rounds, words: list[str]) -> None:
    await check([(text, rounds, words)])


async def test_results_are_carried_from_turn_to_turn() -> None:
    await check(
        [
            ("12.5 plus 3", [[calc("add", 12.5, 3)]], []),
            ("add 5 to that", [[calc("add", 15.5, 5)]], ["15.5 + 5 = **20.5**"]),
            ("double it", [[calc("multiply", 20.5, 2)]], ["**41**"]),
            ("save it to x.txt", [[save("x.txt", "41.0")]], []),
            ("what's in it?", [[read("x.txt")]], ["41.0"]),
            ("divide that by 2", [[calc("divide", 41, 2)]], ["**20.5**"]),
        ]
    )


async def test_the_weather_is_asked_further() -> None:
    await check(
        [
            ("weather in Paris", [[weather("Paris")]], []),
            ("and in Rome?", [[weather("Rome")]], []),
            ("what about Berlin", [[weather("Berlin")]], []),
            (
                "save both results to w.txt",
                [
                    [
                        save(
                            "w.txt",
                            "Weather in Rome: 57°F, sunny (mock data)\nWeather in Berlin: 57°F, sunny (mock data)",
                        )
                    ]
                ],
                [],
            ),
        ]
    )


async def test_a_question_for_the_file_is_answered_with_its_name() -> None:
    await check(
        [
            ("What's 2 * 3?", [[calc("multiply", 2, 3)]], []),
            ("save that", [], ["Which file"]),
            ("six.txt", [[save("six.txt", "6.0")]], []),
            ("six.txt", [[read("six.txt")]], ["6.0"]),
        ]
    )


async def test_what_an_empty_file_holds_is_saved_as_nothing() -> None:
    talk = Talk(planner_model(pace=0))
    talk.bundled.files["empty.txt"] = ""
    assert "`empty.txt` is empty" in (await talk.say("read empty.txt")).text
    assert (await talk.say("save that to copy.txt")).rounds == [[save("copy.txt", "")]]


async def test_what_failed_is_left_out_of_what_is_saved() -> None:
    await check(
        [
            (
                "calculate 10 / 4 and read foo.txt and save everything to all.txt",
                [[calc("divide", 10, 4), read("foo.txt")], [save("all.txt", "10 / 4 = 2.5")]],
                ["**2.5**", "no file called 'foo.txt'", "`all.txt`"],
            )
        ]
    )


async def test_without_tools_it_says_that_none_are_connected() -> None:
    model = planner_model(pace=0)
    for text in ("What's 25 * 8?", "help", "Hello"):
        assert "No tools are connected" in (await ask(model, [UserMessage(text)]))[0]


async def test_when_calls_are_not_allowed_it_answers_with_what_it_has() -> None:
    talk = Talk(planner_model(pace=0))
    messages = [UserMessage("calculate 2 + 3 and greet Ada")]
    text, end = await ask(talk.model, messages, talk.tools, may_call=False)
    assert end.calls == ()
    assert "no more calls are allowed" in text


async def test_wrapping_up_in_the_middle_tells_the_results_so_far() -> None:
    talk = Talk(planner_model(pace=0))
    said = await talk.say("calculate 2 + 3, then multiply that by 4")
    first_round = talk.messages[:3]
    text, end = await ask(talk.model, first_round, talk.tools, may_call=False)
    assert said.rounds[1:] == [[calc("multiply", 5, 4)]]
    assert end.calls == ()
    assert "2 + 3 = **5**" in text
    assert "**20**" not in text


async def test_the_planner_states_no_number_that_no_tool_gave() -> None:
    talk = Talk(planner_model(pace=0), call=lambda name, arguments: "Result: 2.0 add 2.0 = 5.0")
    assert "2 + 2 = **5**" in (await talk.say("2 + 2")).text


async def test_rounds_that_were_left_out_of_a_long_turn_are_not_made_again() -> None:
    talk = Talk(planner_model(pace=0))
    await talk.say("calculate 2 + 3, then multiply that by 4, then subtract 1")
    user, *rounds = talk.messages
    later = [user, *rounds[2:4]]
    _, end = await ask(talk.model, later, talk.tools)
    assert [call.arguments for call in end.calls] == ['{"operation": "subtract", "a": 20, "b": 1}']


async def test_the_same_conversation_has_the_same_calls_and_words() -> None:
    first, second = Talk(planner_model(pace=0)), Talk(planner_model(pace=0))
    for text in ("Calculate 25 * 4, then add 1, and save it to a.txt", "what's in a.txt?", "help"):
        assert await first.say(text) == await second.say(text)
    assert first.messages == second.messages


async def test_call_ids_are_unique_over_a_long_conversation() -> None:
    talk = Talk(planner_model(pace=0))
    for _ in range(5):
        await talk.say("calculate 1 + 1 and greet Ada")
    ids = [call.id for message in talk.messages for call in getattr(message, "calls", ())]
    assert len(ids) == len(set(ids)) == 10
