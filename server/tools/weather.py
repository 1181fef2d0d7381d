"""A weather report that is made up."""

import random
from typing import Annotated

from pydantic import Field

from server.tools.tool import tool

CONDITIONS = ("sunny", "cloudy", "rainy", "partly cloudy", "snowy")
LOWEST_FAHRENHEIT = 15
HIGHEST_FAHRENHEIT = 85


class WeatherTools:
    """Makes up weather from a source of random numbers."""

    def __init__(self, source: random.Random) -> None:
        self._source = source

    @tool(title="Get weather (mock)", read_only=True)
    def get_weather(self, city: Annotated[str, Field(description="The name of the city.")] = "Seattle") -> str:
        """Get the weather of a city. It is mock data, made up for demonstration: say so when you pass it on."""
        degrees = self._source.randint(LOWEST_FAHRENHEIT, HIGHEST_FAHRENHEIT)
        condition = self._source.choice(CONDITIONS)
        return f"Weather in {city}: {degrees}°F, {condition}\nThis is mock data, made up for demonstration."
