"""ECHOES echoes of SIZE bytes over CONNECTIONS connections; echoes a second. Both ends in this process."""

import asyncio
import sys
from time import perf_counter

from rounds import serve

form, loop_kind = sys.argv[1:3]
connections, size, echoes = map(int, sys.argv[3:6])
payload = b"a" * size
HOST = "127.0.0.1"


async def streams():
    async def handle(reader, writer):
        while data := await reader.read(size):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def client(reader, writer):
        for _ in range(echoes // connections):
            writer.write(payload)
            await writer.drain()
            await reader.readexactly(size)

    server = await asyncio.start_server(handle, HOST, 0)
    port = server.sockets[0].getsockname()[1]
    pairs = [await asyncio.open_connection(HOST, port) for _ in range(connections)]
    started = perf_counter()
    await asyncio.gather(*[client(*pair) for pair in pairs])
    figure = echoes / (perf_counter() - started)
    for _, writer in pairs:
        writer.close()
    server.close()
    await server.wait_closed()
    return figure


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


class Client(asyncio.Protocol):
    def __init__(self, on_echo):
        self.on_echo = on_echo
        self.got = 0

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.got += len(data)
        if self.got < size:
            return
        self.got -= size
        if self.on_echo():
            self.transport.write(payload)


async def protocols():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Echo, HOST, 0)
    port = server.sockets[0].getsockname()[1]
    left = echoes
    done = loop.create_future()

    def on_echo():
        nonlocal left
        left -= 1
        if left == 0:
            done.set_result(None)
        return left > 0

    transports = [
        (await loop.create_connection(lambda: Client(on_echo), HOST, port))[0]
        for _ in range(connections)
    ]
    started = perf_counter()
    for transport in transports:
        transport.write(payload)
    await done
    figure = echoes / (perf_counter() - started)
    for transport in transports:
        transport.abort()
    server.close()
    await server.wait_closed()
    return figure


if loop_kind == "uvloop":
    import uvloop

    uvloop.install()
program = {"streams": streams, "protocols": protocols}[form]
serve(lambda: asyncio.run(program()))
