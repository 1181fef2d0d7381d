"""Callscope, a terminal application to chat with Azure OpenAI and see every MCP tool call.

A map of the layers; everything points down at `core`, and siblings never import each other:

    cli         the command line: finds the command that is meant
    commands    what the command does, a module for each; without one, it is the application; in headless what
                those without the screen share
    workspace   the owner of a session; session_builder is the composition root: settings become objects, objects
                become a session. Beside them: deployments (which models there are), connecting (another one from
                within), consent (what a folder's `.env` may not decide alone), doctor (looks everything over),
                log_file, late_exporter
    settings    what the environment, the files and the options say, checked; and what is written there
    ui          the only importer of Textual: the screen; it talks to one `core.session.Session`
    azure       the only importer of openai: the chat model, and the offline planner behind the same client
    hosting     the only importer of mcp: connections to servers, the toolbox, launching the bundled server
    store       conversations in SQLite, found and counted; events as lines of JSON; files to take along
    examples    messages to try, and recorded conversations
    core        the conversation as a log of events: the turn, the session, the ports. Standard library only

One message flows like this: the prompt submits a text; `Session.send` starts `core.turn.run_turn`; the model is asked
with the log folded to messages; the calls it asks for run in parallel through the toolbox; it is asked again, until it
answers without calls. All of it is reported as events (`core.events`); what is on the screen, in the history and in a
recording is the same list of events.

The bundled MCP server is the package `server`, a program of its own; the application starts it as a subprocess.
"""
