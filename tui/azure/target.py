"""Which deployment to ask, and how to sign in: all that a chat model needs of the settings."""

from dataclasses import dataclass, field

from tui.core.ports import SignIn

DEFAULT_API_VERSION = "2024-10-21"
"""The newest dated api-version that is generally available [Azure OpenAI API version lifecycle]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A deployment as a person gives it; secrets do not print.

    `endpoint` is in any form that can be copied from somewhere. `deployment` and `api_version` may be empty where the
    endpoint names them; set, they win over the endpoint's. An `api_version` of "v1" asks for the v1 API. With `sign_in`
    "entra", `ad_token` is a token that was given, and empty stands for the identity of this computer. `compatible`
    says that the endpoint is an OpenAI-compatible base address; then `deployment` is the model's name. `saved` says
    that no variables hold all that, but what the form of /connect kept.
    """

    endpoint: str
    deployment: str = ""
    api_key: str = field(default="", repr=False)
    api_version: str = ""
    sign_in: SignIn = "key"
    ad_token: str = field(default="", repr=False)
    compatible: bool = False
    saved: bool = False
