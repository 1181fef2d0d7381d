"""The model behind a deployment: what it can do, and what it refuses in the service's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from tests.azure_endpoint.refusals import RefusedError, refused

CHARACTERS_PER_TOKEN = 3.6


@dataclass(frozen=True)
class Model:
    """`context` is in tokens. `refuses` names parameters that it does not take, such as "reasoning.summary".

    `chat_tools`: whether it takes tools through Chat Completions, as reasoning models no longer do.
    """

    name: str = "gpt-4o-mini-2024-07-18"
    reasoning: bool = False
    chat: bool = True
    chat_tools: bool = True
    responses: bool = True
    vision: bool = True
    context: int = 128_000
    asynchronous_filter: bool = False
    refuses: tuple[str, ...] = ()


_NOT_WITH_REASONING = ("top_p", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs", "logit_bias")


def check_chat(model: Model, request: Mapping[str, Any]) -> None:
    """What the model refuses of a Chat Completions request.

    Raises:
        RefusedError: it refuses something.
    """
    if not model.chat:
        raise _not_supported("chatCompletion", model)
    if not model.chat_tools and request.get("tools"):
        raise refused(
            f"Function tools with reasoning_effort are not supported for {model.name} in /v1/chat/completions. "
            "Please use /v1/responses instead.",
            "reasoning_effort",
        )
    if model.reasoning:
        _check_reasoning(request)
    elif "reasoning_effort" in request:
        raise refused("Unrecognized request argument supplied: reasoning_effort")
    _check_refused(model, request)
    if not model.vision and (place := _image(request.get("messages", ()), "messages")):
        raise refused("Invalid content type. image_url is only supported by certain models.", f"{place}.type")
    _check_length(model, request)


def _check_reasoning(request: Mapping[str, Any]) -> None:
    if "max_tokens" in request:
        raise refused(
            "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead.",
            "max_tokens",
            "unsupported_parameter",
        )
    if request.get("temperature", 1) != 1:
        raise refused(
            f"Unsupported value: 'temperature' does not support {request['temperature']} with this model. "
            "Only the default (1) value is supported.",
            "temperature",
            "unsupported_value",
        )
    for name in _NOT_WITH_REASONING:
        if name in request:
            raise _unsupported(name)


def check_responses(model: Model, request: Mapping[str, Any]) -> None:
    """What the model refuses of a Responses request.

    Raises:
        RefusedError: it refuses something.
    """
    if not model.responses:
        raise _not_supported("responses", model)
    if model.reasoning:
        for name in ("temperature", "top_p"):
            if name in request:
                raise _unsupported(name)
    else:
        for name in request.get("reasoning") or ():
            raise _unsupported(f"reasoning.{name}")
        if "reasoning.encrypted_content" in (request.get("include") or ()):
            raise refused("Encrypted content is not supported with this model.", "include")
    _check_refused(model, request)
    if not model.vision and (place := _image(request.get("input"), "input")):
        raise refused("Invalid value: 'input_image'. Image inputs are not supported with this model.", place)
    _check_length(model, request)


def _check_refused(model: Model, request: Mapping[str, Any]) -> None:
    for name in model.refuses:
        outer, _, inner = name.partition(".")
        if outer in request and (not inner or inner in (request[outer] or ())):
            raise _unsupported(name)


def _check_length(model: Model, request: Mapping[str, Any]) -> None:
    tokens = tokens_of(request)
    if tokens <= model.context:
        return
    if "input" in request:
        message = "Your input exceeds the context window of this model. Please adjust your input and try again."
        raise refused(message, "input", "context_length_exceeded")
    raise refused(
        f"This model's maximum context length is {model.context} tokens. However, your messages resulted in {tokens} "
        "tokens. Please reduce the length of the messages.",
        "messages",
        "context_length_exceeded",
    )


def tokens_of(request: Mapping[str, Any]) -> int:
    """The tokens of what the model reads, about."""
    read = [request.get(name, "") for name in ("instructions", "tools", "messages", "input")]
    return round(len(str(read)) / CHARACTERS_PER_TOKEN)


def _image(messages: Any, where: str) -> str:
    """The way to the first picture in a request, empty where there is none."""
    for number, message in enumerate(_objects(messages)):
        for key in ("content", "output"):
            for index, part in enumerate(_objects(message.get(key))):
                if part.get("type") in ("image_url", "input_image"):
                    return f"{where}.[{number}].{key}.[{index}]"
    return ""


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return cast("list[Mapping[str, Any]]", value) if isinstance(value, list) else []


def _not_supported(operation: str, model: Model) -> RefusedError:
    return refused(
        f"The {operation} operation does not work with the specified model, {model.name}. Please choose different "
        "model and try again. You can learn more about which models can be used with each operation here: "
        "https://go.microsoft.com/fwlink/?linkid=2197993.",
        code="OperationNotSupported",
    )


def _unsupported(name: str) -> RefusedError:
    message = f"Unsupported parameter: '{name}' is not supported with this model."
    return refused(message, name, "unsupported_parameter")
