import { feedBuffered } from './feed-buffered.ts';
import { isBuffered, type StreamingProtocol } from './protocol.ts';

/** What a connection has received and its protocol has not been told of, in order; kept back while reading is paused. */
export class Inbox {
  paused = false;
  #chunks: Buffer[] = [];
  #ended = false;

  get empty(): boolean {
    return this.#chunks.length === 0 && !this.#ended;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  /** Nothing more comes. */
  end(): void {
    this.#ended = true;
  }

  drop(): void {
    this.#chunks = [];
    this.#ended = false;
  }

  /** What has come, for somebody else. */
  takeChunks(): Buffer[] {
    return this.#chunks.splice(0);
  }

  /** Gives the data to the protocol, which may pause, drop the rest, or put another one in its place meanwhile. */
  deliver(protocol: () => StreamingProtocol): void {
    const chunks = this.#chunks;
    let count = 0;
    while (count < chunks.length && chunks === this.#chunks && !this.paused) {
      const chunk = chunks[count++] as Buffer;
      const receiver = protocol();
      if (isBuffered(receiver)) feedBuffered(receiver, chunk);
      else receiver.dataReceived?.(chunk);
    }
    if (chunks !== this.#chunks || count === 0) return;
    if (count === chunks.length) chunks.length = 0;
    else chunks.splice(0, count);
  }

  /** Whether the end is to be told now; says so once. */
  takeEnd(): boolean {
    if (!this.#ended || this.paused) return false;
    this.#ended = false;
    return true;
  }
}
