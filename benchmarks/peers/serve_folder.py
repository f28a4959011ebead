"""Serves a folder on this machine until it is ended, ranges of files included.

Inspect View reads parts of its log files, which the server of the standard library cannot give.
Called with the folder; prints the port.
"""

import socket
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    pages = Mount("/", StaticFiles(directory=sys.argv[1], html=True))
    config = uvicorn.Config(Starlette(routes=[pages]), log_level="error")
    uvicorn.Server(config).run(sockets=[listener])
