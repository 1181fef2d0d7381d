"""The deployments of the settings as targets with names of their own, and the chat models that ask them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tui.azure.destination import Destination, describe, resolve
from tui.azure.endpoint import understand_endpoint
from tui.azure.target import Target
from tui.core.errors import SettingsError
from tui.core.text import sanitize
from tui.settings import PLANNER, AzureSettings, Settings

if TYPE_CHECKING:
    from tui.core.ports import ChatModel

PLANNER_ABOUT = "plans calls for messages it recognises; not a language model"
DEFAULT_DEPLOYMENT = "gpt-4o-mini"


@dataclass(frozen=True, slots=True)
class NamedTarget:
    """A target under the name that it has in the list of models. `about` says in words where it is."""

    name: str
    target: Target
    about: str
    settings: AzureSettings

    @property
    def destination(self) -> Destination:
        """Where it leads."""
        return resolve(self.target)


@dataclass(frozen=True, slots=True)
class Understood:
    """The targets that can be used, and in words why others cannot."""

    targets: tuple[NamedTarget, ...]
    remarks: tuple[str, ...] = ()


def target_of(deployment: AzureSettings) -> Target:
    """All that is needed to ask this deployment; where neither it nor the endpoint has a name, the usual one.

    Raises:
        SettingsError: the endpoint cannot be used.
    """
    endpoint = understand_endpoint(deployment.endpoint, compatible=deployment.compatible)
    compatible = endpoint.kind == "compatible"
    usual = "" if compatible or endpoint.deployment_in_url else DEFAULT_DEPLOYMENT
    return Target(
        endpoint=deployment.endpoint,
        deployment=deployment.deployment or usual,
        api_key=deployment.api_key,
        api_version=deployment.api_version,
        sign_in=deployment.sign_in,
        ad_token=deployment.ad_token,
        compatible=compatible,
        saved=bool(deployment.name),
    )


def understand(settings: Settings) -> Understood:
    """The deployments as targets, the default one first, each deployment once.

    One that was saved and cannot be used is left out, with a remark; so is every one where the planner is asked for.

    Raises:
        SettingsError: one that is set by variables cannot be used.
    """
    targets: list[NamedTarget] = []
    remarks: list[str] = []
    for deployment in settings.deployments:
        try:
            target = target_of(deployment)
            destination, about = resolve(target), describe(target)
        except SettingsError as error:
            if not deployment.name and not settings.offline:
                raise
            remarks.append(sanitize(f"{deployment.name or deployment.endpoint} is left out: {error.message}"))
            continue
        if destination.origin not in [other.destination.origin for other in targets]:
            name = free_name(deployment.name or destination.deployment, destination, [t.name for t in targets])
            targets.append(NamedTarget(name, target, about, deployment))
    return Understood(tuple(targets), tuple(remarks))


def free_name(wanted: str, destination: Destination, taken: Sequence[str]) -> str:
    """The wanted name, or where it is taken, one that says which resource it is on."""
    candidates = (wanted, f"{wanted} ({destination.endpoint.resource})", f"{wanted} ({destination.endpoint.host})")
    return next((name for name in candidates if name not in (*taken, PLANNER)), f"{candidates[-1]} {len(taken)}")


def with_key(named: NamedTarget, api_key: str) -> NamedTarget:
    """The same with this key."""
    return replace(named, target=replace(named.target, api_key=api_key))


def chat_model(target: Target, settings: Settings, name: str) -> "ChatModel":
    """The chat model that asks this target.

    Raises:
        SettingsError: a value is missing or cannot be used.
    """
    from tui.azure.model import AzureChatModel

    return AzureChatModel(
        target,
        label=name,
        quirks_file=settings.data_folder / "quirks.json",
        requests_per_minute=settings.requests_per_minute,
        silence_seconds=settings.silence_seconds,
    )
