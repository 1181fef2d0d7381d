"""The bundled MCP server, a program of its own: `callscope-server`, or `python -m server`.

A map, from the outside to the inside:

    cli         arguments and environment become a running server, or a sentence and an exit status
    settings    what the options and the environment say, checked; optional_settings and mail_settings with it
    supervised  what a server that was started by another program owes it: its token, and to end when it ends
    serving     the listening socket and uvicorn; workers: several processes on that socket
    banner      the start-up lines
    assembly    the server as the settings want it: bundled and optional tools, plugins
    app         one ASGI application: /sse with /messages/, /mcp and /health, behind the gate
    whole_response  a repair for streams that are open when the server stops
    gate        who may knock: the Host and Origin headers and the bearer token
    mcp_server  the MCP server object: tools, resources and prompts, put together
    results     what a model reads when a call failed or returned too much
    tools/      one decorated function per tool; tool.py has the decorator
    plugins     tools of other installed packages
    files       the one folder that the file tools may use
    database, api_client, mail  what the optional tools may do, and their limits
"""
