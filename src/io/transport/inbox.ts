import { fillBuffer } from './fill-buffer.ts';
import { isBuffered, type StreamingProtocol } from './protocol.ts';

interface Receiver {
  getProtocol(): StreamingProtocol;
}

/** What a connection has received and its protocol has not been told of, in order; kept back while reading is paused. */
export class Inbox {
  paused = false;
  /** The first has a place of its own, because nearly always it is the only one. */
  #first: Buffer | undefined = undefined;
  #others: Buffer[] = [];
  #ended = false;

  get empty(): boolean {
    return this.#first === undefined && !this.#ended;
  }

  /** Whether the end has come, and not been told. */
  get ended(): boolean {
    return this.#ended;
  }

  push(chunk: Buffer): void {
    if (this.#first === undefined) this.#first = chunk;
    else this.#others.push(chunk);
  }

  /** Nothing more comes. */
  end(): void {
    this.#ended = true;
  }

  drop(): void {
    this.#first = undefined;
    this.#others = [];
    this.#ended = false;
  }

  /** What has come, for somebody else. */
  takeChunks(): Buffer[] {
    const chunks: Buffer[] = [];
    while (this.#first !== undefined) {
      chunks.push(this.#first);
      this.#shift();
    }
    return chunks;
  }

  /**
   * Gives the data to the receiver's protocol, which may pause, drop the rest, or put another one in its place
   * meanwhile: what a call is given has left the inbox before it, and nothing else has.
   */
  deliver(receiver: Receiver): void {
    let chunk: Buffer | undefined;
    while ((chunk = this.#first) !== undefined && !this.paused) {
      const protocol = receiver.getProtocol();
      if (isBuffered(protocol)) {
        const count = fillBuffer(protocol, chunk);
        // getBuffer() is the protocol's, too.
        if (this.#first !== chunk) continue;
        if (count === chunk.length) this.#shift();
        else this.#first = chunk.subarray(count);
        protocol.bufferUpdated(count);
      } else {
        this.#shift();
        protocol.dataReceived?.(chunk);
      }
    }
  }

  #shift(): void {
    this.#first = this.#others.length === 0 ? undefined : this.#others.shift();
  }

  /** Whether the end is to be told now; says so once. */
  takeEnd(): boolean {
    if (!this.#ended || this.paused) return false;
    this.#ended = false;
    return true;
  }
}
