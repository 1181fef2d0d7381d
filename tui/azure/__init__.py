"""The chat model: Azure OpenAI, and the offline planner behind the same client. The only importer of openai.

`model` asks a deployment; `assembly` puts its stream together, `wire_messages` gives messages and tools its shapes,
`errors` and `network_errors` tell its failures in words, `endpoint` makes an address of what a person pasted. `planner`
answers in its place. Nothing is imported here, since openai takes half a second.
"""
