"""The models that a conversation can go to, by name."""

from collections.abc import Callable
from dataclasses import dataclass

from tui.core.errors import SettingsError
from tui.core.ports import ChatModel


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model as a list shows it. `name` is unique; `about` says in words where it is and how it is asked."""

    name: str
    about: str
    offline: bool


class Models:
    """The models of a session. The first one is what a new conversation goes to, until another is made the default."""

    def __init__(self) -> None:
        self._models: dict[str, tuple[ChatModel, str]] = {}
        self._default = ""
        self._listeners: list[Callable[[], None]] = []

    @classmethod
    def only(cls, model: ChatModel) -> "Models":
        """Just this model, by its label."""
        models = cls()
        models.add(model.label, model)
        return models

    def add(self, name: str, model: ChatModel, about: str = "") -> ChatModel | None:
        """Add a model; one of this name before makes room, and is returned for whoever has to close it."""
        before = self._models.get(name)
        self._models[name] = model, about
        self._default = self._default or name
        self._tell()
        return before[0] if before else None

    @property
    def default(self) -> str:
        """The name of the model that a new conversation goes to."""
        return self._default

    def make_default(self, name: str) -> None:
        """Have new conversations go to this model.

        Raises:
            SettingsError: there is none of this name.
        """
        self.get(name)
        self._default = name
        self._tell()

    def get(self, name: str) -> ChatModel:
        """The model of this name.

        Raises:
            SettingsError: there is none of this name.
        """
        if name not in self._models:
            raise SettingsError(
                f"There is no model called “{name}” here.", f"The models are: {', '.join(self._models)}."
            )
        return self._models[name][0]

    def has(self, name: str) -> bool:
        """Whether there is a model of this name."""
        return name in self._models

    def choices(self) -> list[ModelChoice]:
        """All models, in the order in which they were added."""
        return [ModelChoice(name, about, model.offline) for name, (model, about) in self._models.items()]

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` whenever a model is added or the default changes; returns how to stop that."""
        self._listeners.append(changed)
        return lambda: self._listeners.remove(changed)

    def _tell(self) -> None:
        for changed in list(self._listeners):
            changed()
