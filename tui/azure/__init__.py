"""The chat model: Azure OpenAI, and the offline planner behind the same client. The only importer of openai.

`model` asks a deployment; `assembly` puts its stream together, `wire_messages` turns messages and tools into its shapes,
`errors` and `network_errors` its failures into words, `endpoint` what a person pasted into an address. `planner` answers
in its place. Nothing is imported here, since openai takes half a second.
"""
