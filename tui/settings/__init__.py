"""What the environment and its files say, checked; and what the application writes there for its person."""

from tui.settings.deployments import AzureSettings
from tui.settings.loading import Settings, load_settings
from tui.settings.sources import Sources

__all__ = ["AzureSettings", "Settings", "Sources", "load_settings"]
