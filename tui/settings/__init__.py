"""What the environment and its files say, checked; and what the application writes there for its person."""

from tui.settings.deployments import AzureSettings
from tui.settings.loading import PLANNER, Settings, load_settings
from tui.settings.sources import Sources

__all__ = ["PLANNER", "AzureSettings", "Settings", "Sources", "load_settings"]
