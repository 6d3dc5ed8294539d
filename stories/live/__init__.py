"""Live streams: what happens in generations, pushed to whoever watches (docs/architecture.md, "Live").

Plain ASGI in front of Django: `app` speaks, `door` lets in, `hub` hears and hands on to each `watcher`,
`reading` asks the database.
"""
