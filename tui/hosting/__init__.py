"""The MCP host: the only importer of mcp.

build       the one way in: a `Toolbox` for a server's URL, or for the bundled server
toolbox     implements `core.ports.Host`: every server's tools under unique names, arguments checked before they go
connection  one server: a task that connects, notices the end and connects again; the server's status
link        one connection's life: requests race against its end
protocol_log  the last messages of a server, as `logged_transport` sees them pass
catalog     what a server offers, listed and converted
convert     objects of the SDK -> plain, harmless data
transports  a server's URL -> a client of the SDK; `sse` is the HTTP + SSE wire
bodies      HTTP bodies kept to a size
launcher    the bundled server as a subprocess; `output` reads the end of its log
file_changes  what a call of its file tools would do
arguments   a model's arguments against a tool's schema
names       tool names that every model accepts, unique over all servers
timing      how long a server is waited for, and when it is tried again
failures    what went wrong, in words
"""
