"""Connecting a deployment from within: what was filled in is understood, tested, kept, and made one of the models."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tui.azure.destination import Destination, api_key, describe, resolve
from tui.azure.endpoint import understand_endpoint
from tui.azure.field_names import FIELD_NAMES, without_variables
from tui.azure.target import Target
from tui.core.errors import SettingsError
from tui.core.models import Models
from tui.core.ports import ChatModel, ConnectForm, Finding, FormError, FormField
from tui.core.redaction import Redactor
from tui.deployments import NamedTarget, chat_model, free_name
from tui.settings import AzureSettings, Settings
from tui.settings.env_file import with_variable
from tui.settings.key_ring import KeyRing
from tui.settings.private_file import read_private, write_private
from tui.settings.saved import IN_KEYRING, SavedDeployment, save
from tui.settings.sources import DEPLOYMENTS_FILE, USER_FILE

KEY_VARIABLE = "CALLSCOPE_KEY_"
"""How the variable of a kept key begins; the host that it is for comes after it."""

_FIELDS: dict[str, FormField] = {
    "The endpoint": "endpoint",
    "The key": "api_key",
    "The deployment": "deployment",
    "The model": "deployment",
    "The API version": "api_version",
}
_HINTS: dict[FormField, str] = {
    "endpoint": "Paste the resource's address or its Target URI, such as https://my-resource.openai.azure.com.",
    "api_key": "Copy it from the resource's page “Keys and Endpoint” in the Azure portal.",
    "deployment": "It is the name under “Deployments” in the portal, not that of the model.",
    "api_version": "Leave it empty, or give a date such as 2024-10-21, or v1.",
    "sign_in": "",
}


class DeploymentConnector:
    """Implements `core.ports.Connector` on the settings' files and the session's models.

    `targets` are the deployments that are set up, the default one first; `key_ring` is None where there is none.
    """

    def __init__(self, settings: Settings, models: Models, redact: Redactor, own: Callable[[ChatModel], None]) -> None:
        self._settings = settings
        self._models = models
        self._redact = redact
        self._own = own
        self.targets: list[NamedTarget] = []
        self.key_ring: KeyRing | None = None

    def initial(self) -> ConnectForm:
        """What the form begins with."""
        if not self.targets:
            return ConnectForm("", "")
        target = self.targets[0].target
        return ConnectForm(target.endpoint, target.deployment, api_version=target.api_version, sign_in=target.sign_in)

    def keyring_name(self) -> str:
        """What the system's keyring is called here; empty where there is none."""
        return self.key_ring.name if self.key_ring else ""

    def understood(self, form: ConnectForm) -> str:
        """What the form means, in words.

        Raises:
            FormError: a field is missing or cannot be used.
        """
        target, _ = self._target(form)
        return describe(target)

    async def test(self, form: ConnectForm) -> list[Finding]:
        """Send one tiny request and say what works.

        Raises:
            FormError: a field is missing or cannot be used.
        """
        from tui.azure.probe import test_deployment

        target, _ = self._target(form)
        self._redact.add(target.api_key)
        findings = await test_deployment(target)
        return [replace(f, words=without_variables(f.words), hint=without_variables(f.hint)) for f in findings]

    async def save(self, form: ConnectForm) -> tuple[str, str]:
        """Keep the deployment and make it one of the models; returns its name there, and where it is kept.

        Raises:
            FormError: a field is missing or cannot be used.
            SettingsError: it cannot be kept.
        """
        target, destination = self._target(form)
        self._redact.add(target.api_key)
        same = [named for named in self.targets if named.destination.origin == destination.origin]
        taken = [choice.name for choice in self._models.choices()]
        name = same[0].name if same else free_name(destination.deployment, destination, taken)
        model = chat_model(replace(target, saved=True), self._settings, name)
        self._own(model)
        place = await asyncio.to_thread(self._keep, form, target, destination, name)
        named = NamedTarget(name, target, describe(target), AzureSettings(target.endpoint, target.deployment))
        self.targets = [named if old in same else old for old in self.targets] if same else [*self.targets, named]
        self._models.add(name, model, named.about)
        return name, place

    def _target(self, form: ConnectForm) -> tuple[Target, Destination]:
        """What the form means; an empty key is the one that is known for the same endpoint."""
        try:
            endpoint = understand_endpoint(form.endpoint)
            compatible = endpoint.kind == "compatible"
            if compatible and form.sign_in == "entra":
                raise FormError("sign_in", f"{endpoint.service} takes a key, not Entra ID.", "Choose the API key.")
            target = Target(
                endpoint=form.endpoint.strip(),
                deployment=form.deployment.strip(),
                api_version=form.api_version.strip(),
                sign_in=form.sign_in,
                compatible=compatible,
                api_key=self._key(form, endpoint.base_url),
            )
            destination = resolve(target)
            if form.sign_in == "key":
                api_key(target, destination)
        except FormError:
            raise
        except SettingsError as error:
            raise _in_the_form(error) from error
        return target, destination

    def _key(self, form: ConnectForm, base_url: str) -> str:
        if form.sign_in == "entra":
            return ""
        known = [n.target.api_key for n in self.targets if n.destination.endpoint.base_url == base_url]
        return form.api_key.strip() or next(iter(known), "")

    def _keep(self, form: ConnectForm, target: Target, destination: Destination, name: str) -> str:
        """Write it down; the words say where. Waits for disk and keyring."""
        if form.keep_key == "no":
            return "for this run only"
        folder = self._settings.config_folder
        key, words = "", ""
        if target.api_key and form.keep_key == "keyring" and self.key_ring:
            self.key_ring.keep(destination.endpoint.base_url, target.api_key)
            key, words = IN_KEYRING, f", its key in {self.key_ring.name}"
        elif target.api_key:
            key, words = _key_variable(destination), f", its key in {USER_FILE} beside it"
            _write_key(folder / USER_FILE, key, target.api_key)
        entry = SavedDeployment(name, target.endpoint, destination.deployment, target.api_version, target.sign_in, key)
        save(folder / DEPLOYMENTS_FILE, entry)
        return f"in {folder / DEPLOYMENTS_FILE}{words}"


def _key_variable(destination: Destination) -> str:
    return KEY_VARIABLE + re.sub(r"[^A-Z0-9]+", "_", destination.endpoint.host.upper())


def _write_key(path: Path, variable: str, key: str) -> None:
    write_private(path, with_variable(read_private(path), variable, key))


def _in_the_form(error: SettingsError) -> FormError:
    """The error in the form's own terms, where there are no variables."""
    named: list[FormField] = [_FIELDS[name] for variable, name in FIELD_NAMES.items() if variable in error.message]
    field = named[0] if named else "endpoint"
    return FormError(field, without_variables(error.message), _HINTS[field])
