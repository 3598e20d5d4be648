import { fillBuffer } from './fill-buffer.ts';
import { isBuffered, type StreamingProtocol } from './protocol.ts';

/** What a connection has received and its protocol has not been told of, in order; kept back while reading is paused. */
export class Inbox {
  paused = false;
  #chunks: Buffer[] = [];
  #ended = false;

  get empty(): boolean {
    return this.#chunks.length === 0 && !this.#ended;
  }

  /** Whether the end has come, and not been told. */
  get ended(): boolean {
    return this.#ended;
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

  /**
   * Gives the data to the protocol, which may pause, drop the rest, or put another one in its place meanwhile: what a
   * call is given has left the inbox before it, and nothing else has.
   */
  deliver(protocol: () => StreamingProtocol): void {
    while (this.#chunks.length > 0 && !this.paused) {
      const receiver = protocol();
      if (isBuffered(receiver)) {
        const chunk = this.#chunks[0] as Buffer;
        const count = fillBuffer(receiver, chunk);
        // getBuffer() is the protocol's, too.
        if (this.#chunks[0] !== chunk) continue;
        if (count === chunk.length) this.#chunks.shift();
        else this.#chunks[0] = chunk.subarray(count);
        receiver.bufferUpdated(count);
      } else {
        const chunk = this.#chunks.shift() as Buffer;
        receiver.dataReceived?.(chunk);
      }
    }
  }

  /** Whether the end is to be told now; says so once. */
  takeEnd(): boolean {
    if (!this.#ended || this.paused) return false;
    this.#ended = false;
    return true;
  }
}
