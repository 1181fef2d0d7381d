"""Runs the endpoint with the planner behind it until it is interrupted."""

import argparse
import asyncio
import signal
import sys

from tests.azure_endpoint import AzureEndpoint, Model

_SUFFIXES = {"classic": "", "v1": "/openai/v1", "compatible": "/v1"}


async def _serve(options: argparse.Namespace) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    model = Model(reasoning=options.reasoning, chat=options.only != "responses", responses=options.only != "chat")
    endpoint = AzureEndpoint(
        api_key=options.key, deployments={options.deployment: model}, port=options.port, pace=options.pace
    )
    async with endpoint:
        url = f"{endpoint.url}{_SUFFIXES[options.api]}"
        names = ("OPENAI_BASE_URL", "OPENAI_API_KEY", "OPENAI_MODEL")
        if options.api != "compatible":
            names = ("AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_DEPLOYMENT")
        for name, value in zip(names, (url, endpoint.api_key, endpoint.deployment), strict=True):
            sys.stdout.write(f"{name}={value}\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description="A loopback Azure OpenAI endpoint with the offline planner behind it.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--api", choices=_SUFFIXES, default="classic", help="which address to print")
    parser.add_argument("--only", choices=("chat", "responses"), help="the only API that the model takes")
    parser.add_argument("--reasoning", action="store_true", help="make it a reasoning model")
    parser.add_argument("--key", default="an-azure-key")
    parser.add_argument("--deployment", default="a-deployment")
    parser.add_argument("--pace", type=float, default=0.015, help="seconds between two words")
    asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
