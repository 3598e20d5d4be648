// The work that coroutines, threads and processes are compared by: items of pure
// computing, and items of I/O, a request to a server that takes its time.

import { type Socket, connect, createServer } from 'node:net';

/** How long the server takes for an answer, in milliseconds. */
export const ANSWER_MS = 10;

export interface Work {
  /** How many items. */
  readonly items: number;
  /** Rounds of computing per item. */
  readonly compute: number;
  /** Port of the server to be asked once per item; 0 for none. */
  readonly port: number;
  /** How many coroutines share the items. */
  readonly coroutines: number;
}

/** Answers each request, a byte, after ANSWER_MS. */
export function startServer(): Promise<{ port: number; end(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => setTimeout(() => socket.write('.'), ANSWER_MS));
    socket.on('close', () => sockets.delete(socket));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', 4096, () => {
      resolve({
        port: (server.address() as { port: number }).port,
        end(): void {
          server.close();
          for (const socket of sockets) socket.destroy();
        },
      });
    });
  });
}

/** A connection over which one request at a time is asked. */
export class Connection {
  readonly #socket: Socket;
  #answered: () => void = () => {};

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.on('data', () => this.#answered());
  }

  ask(): Promise<void> {
    return new Promise((resolve) => {
      this.#answered = resolve;
      this.#socket.write('?');
    });
  }

  end(): void {
    this.#socket.destroy();
  }
}

/** Computes without allocating; the result keeps it from being optimized away. */
export function compute(rounds: number): number {
  let x = 123456789;
  for (let i = 0; i < rounds; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
  }
  return x;
}
