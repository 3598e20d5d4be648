// Echo over TCP on loopback: 50 connections, each sends 1 KiB, waits for it to come back, and sends it again. Both
// ends are written in the same form and run in the same process, so that a figure is what one core does.

import { connect, createServer as createNodeServer, type Socket } from 'node:net';
import { main, spawn, joinAll, wait } from 'greenroom';
import {
  createConnection,
  createServer,
  createTask,
  gather,
  openConnection,
  type Protocol,
  startServer,
  type StreamReader,
  type StreamWriter,
  type Transport,
} from 'greenroom/asyncio';
import type { Measurement, Round } from './measurement.ts';

const CONNECTIONS = 50;
const SIZE = 1024;
const ECHOES = 20_000;
const HOST = '127.0.0.1';
const payload = Buffer.alloc(SIZE, 'a');

function perSecond(started: number): number {
  return (ECHOES * 1000) / (performance.now() - started);
}

async function raw(): Promise<number> {
  const server = createNodeServer({ noDelay: true }, (socket) => {
    socket.on('error', ignore).on('data', (data) => void socket.write(data));
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address() as { port: number };
  const sockets = await Promise.all(
    Array.from(
      { length: CONNECTIONS },
      () =>
        new Promise<Socket>((resolve) => {
          const socket: Socket = connect({ port, host: HOST, noDelay: true }, () =>
            resolve(socket),
          );
          socket.on('error', ignore);
        }),
    ),
  );
  const started = performance.now();
  let left = ECHOES;
  await new Promise<void>((resolve) => {
    for (const socket of sockets) {
      let got = 0;
      socket.on('data', (data) => {
        got += data.length;
        if (got < SIZE) return;
        got -= SIZE;
        if (--left > 0) socket.write(payload);
        else if (left === 0) resolve();
      });
      socket.write(payload);
    }
  });
  const figure = perSecond(started);
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  return figure;
}

class Echo implements Protocol {
  #transport: Transport | undefined;

  connectionMade(transport: Transport): void {
    this.#transport = transport;
  }

  dataReceived(data: Buffer): void {
    this.#transport!.write(data);
  }
}

class Client implements Protocol {
  #transport: Transport | undefined;
  #got = 0;
  readonly #onEcho: () => boolean;

  constructor(onEcho: () => boolean) {
    this.#onEcho = onEcho;
  }

  connectionMade(transport: Transport): void {
    this.#transport = transport;
  }

  dataReceived(data: Buffer): void {
    this.#got += data.length;
    if (this.#got < SIZE) return;
    this.#got -= SIZE;
    if (this.#onEcho()) this.#transport!.write(payload);
  }
}

async function protocols(): Promise<number> {
  const server = await createServer(() => new Echo(), HOST, 0);
  let left = ECHOES;
  const done = Promise.withResolvers<void>();
  const onEcho = (): boolean => {
    if (--left === 0) done.resolve();
    return left > 0;
  };
  const transports: Transport[] = [];
  for (let i = 0; i < CONNECTIONS; i++) {
    transports.push((await createConnection(() => new Client(onEcho), HOST, server.port))[0]);
  }
  const started = performance.now();
  for (const transport of transports) transport.write(payload);
  await done.promise;
  const figure = perSecond(started);
  for (const transport of transports) transport.abort();
  server.close();
  await server.waitClosed();
  return figure;
}

async function asyncStreams(): Promise<number> {
  const server = await startServer(
    async (reader, writer) => {
      for (;;) {
        const data = await reader.read(SIZE);
        if (data.length === 0) break;
        writer.write(data);
        await writer.drain();
      }
      writer.close();
    },
    HOST,
    0,
  );
  const client = (reader: StreamReader, writer: StreamWriter) => async (): Promise<void> => {
    for (let i = 0; i < ECHOES / CONNECTIONS; i++) {
      writer.write(payload);
      await writer.drain();
      await reader.readexactly(SIZE);
    }
  };
  const streams: [StreamReader, StreamWriter][] = [];
  for (let i = 0; i < CONNECTIONS; i++) streams.push(await openConnection(HOST, server.port));
  const started = performance.now();
  await gather(streams.map(([reader, writer]) => createTask(client(reader, writer))));
  const figure = perSecond(started);
  for (const [, writer] of streams) writer.close();
  server.close();
  await server.waitClosed();
  return figure;
}

async function generatorStreams(): Promise<number> {
  const server = await startServer(
    function* (reader, writer) {
      for (;;) {
        const data = yield* reader.read(SIZE);
        if (data.length === 0) break;
        writer.write(data);
        yield* writer.drain();
      }
      writer.close();
    },
    HOST,
    0,
  );
  function* client(reader: StreamReader, writer: StreamWriter): Generator<unknown, void, unknown> {
    for (let i = 0; i < ECHOES / CONNECTIONS; i++) {
      writer.write(payload);
      yield* writer.drain();
      yield* reader.readexactly(SIZE);
    }
  }
  const streams: [StreamReader, StreamWriter][] = [];
  for (let i = 0; i < CONNECTIONS; i++) streams.push(await openConnection(HOST, server.port));
  const started = performance.now();
  await gather(streams.map(([reader, writer]) => createTask(client(reader, writer))));
  const figure = perSecond(started);
  for (const [, writer] of streams) writer.close();
  server.close();
  await server.waitClosed();
  return figure;
}

function blockingStreams(): Promise<number> {
  const serve = (reader: StreamReader, writer: StreamWriter): void => {
    for (;;) {
      const data = wait(reader.read(SIZE));
      if (data.length === 0) break;
      writer.write(data);
      wait(writer.drain());
    }
    writer.close();
  };
  const client = (reader: StreamReader, writer: StreamWriter): void => {
    for (let i = 0; i < ECHOES / CONNECTIONS; i++) {
      writer.write(payload);
      wait(writer.drain());
      wait(reader.readexactly(SIZE));
    }
  };
  return main(() => {
    const server = wait(startServer(serve, HOST, 0, { blocking: true }));
    const streams = Array.from({ length: CONNECTIONS }, () =>
      wait(openConnection(HOST, server.port)),
    );
    const started = performance.now();
    joinAll(streams.map(([reader, writer]) => spawn(client, reader, writer)));
    const figure = perSecond(started);
    for (const [, writer] of streams) writer.close();
    server.close();
    wait(server.waitClosed());
    return figure;
  });
}

function ignore(): void {}

const prepared =
  (round: Round): (() => Round) =>
  () =>
    round;

function peers(form: string): Measurement['contestants'] {
  const args = (loop: string): string[] => [
    form,
    loop,
    String(CONNECTIONS),
    String(SIZE),
    String(ECHOES),
  ];
  return [
    { name: 'raw node:net', prepare: prepared(raw) },
    { name: 'uvloop', peer: 'asyncio-echo.py', args: args('uvloop'), needs: 'uvloop' },
    {
      name: 'asyncio',
      peer: 'asyncio-echo.py',
      args: args('asyncio'),
      needs: 'asyncio',
      rounds: 3,
    },
  ];
}

export const measurements: readonly Measurement[] = [
  {
    title: 'echo of 1 KiB on 50 connections with streams, echoes a second',
    unit: 'per second',
    contestants: [
      { name: 'generators', prepare: prepared(generatorStreams) },
      { name: 'async functions', prepare: prepared(asyncStreams) },
      { name: 'greenlets', prepare: prepared(blockingStreams) },
      ...peers('streams'),
    ],
    targets: ['generators', 'async functions'].flatMap((contestant) => [
      { contestant, against: 'raw node:net', is: 'at least', factor: 0.85 },
      { contestant, against: 'uvloop', is: 'at least', factor: 1 },
    ]),
  },
  {
    title: 'echo of 1 KiB on 50 connections with protocols, echoes a second',
    unit: 'per second',
    contestants: [{ name: 'protocols', prepare: prepared(protocols) }, ...peers('protocols')],
    targets: [
      { contestant: 'protocols', against: 'raw node:net', is: 'at least', factor: 0.85 },
      { contestant: 'protocols', against: 'uvloop', is: 'at least', factor: 1 },
    ],
  },
];
