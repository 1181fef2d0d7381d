"""The chat model: Azure OpenAI, services with the same API, and the offline planner. The only importer of openai.

    target, endpoint, destination   what a person set or pasted, understood: which deployment of which service
    model                           the front door: asks, waits, tries again, adapts, and tells all of it
    bodies                          requests, of what `wire_messages`, `response_items` and `tool_schemas` make
    clients, credentials            sends them, signed with a key or through Entra ID
    assembly, response_assembly     put a streamed answer together, of Chat Completions and of Responses
    report, filters, families       what else was told: request, quota, content filter, the model's abilities
    failure, errors                 what went wrong, and its words; also `network_errors`, `phrases`, `field_names`
    retrying, rate_window           when a request is sent again, and how many go out in a minute
    adapting, quirks                what a deployment does not accept, and what was learnt about it
    probe                           tries a deployment out
    planner                         answers in the place of a model

Nothing is imported here, since openai takes half a second.
"""
