"""MCP servers: connections, the toolbox, and launching the bundled server. The only importer of mcp."""
