// A protocol that notes what it is told, for tests that compare whole lists of events.

import { Future } from '../../src/future/future.ts';
import type { Protocol } from '../../src/io/transport/protocol.ts';
import type { Transport } from '../../src/io/transport/transport.ts';

export class Recorder implements Protocol {
  readonly events: string[] = [];
  readonly lost = new Future<unknown>();
  transport!: Transport;
  received = '';
  readonly #keepOpen: boolean;
  readonly #waiting: { text: string; future: Future<void> }[] = [];

  constructor(keepOpen: boolean = false) {
    this.#keepOpen = keepOpen;
  }

  connectionMade(transport: Transport): void {
    this.transport = transport;
    this.events.push('made');
  }

  dataReceived(data: Buffer): void {
    // How the bytes are cut is up to the system.
    if (this.events.at(-1) !== 'data') this.events.push('data');
    this.received += data.toString('latin1');
    for (const { text, future } of this.#waiting) {
      if (this.received.includes(text) && !future.done()) future.setResult();
    }
  }

  eofReceived(): boolean {
    this.events.push('eof');
    return this.#keepOpen;
  }

  pauseWriting(): void {
    this.events.push('pause');
  }

  resumeWriting(): void {
    this.events.push('resume');
  }

  connectionLost(error: unknown): void {
    this.events.push(error === undefined ? 'lost' : `lost: ${(error as { code: string }).code}`);
    this.lost.setResult(error);
  }

  /** Done when what was received contains `text`. */
  has(text: string): Future<void> {
    const future = new Future<void>();
    if (this.received.includes(text)) future.setResult();
    else this.#waiting.push({ text, future });
    return future;
  }
}
