import { InvalidStateError } from '../../errors/index.ts';
import { Future } from '../../future/index.ts';
import { abortable } from '../../task/index.ts';
import { type ConnectionError, toConnectionError } from '../connect/connection-error.ts';
import type { Protocol, StreamingProtocol } from '../transport/protocol.ts';
import type { SocketTransport } from '../transport/socket-transport.ts';

/**
 * Stands in for the protocol of a transport while a file is sent, so that it is not this one that is told to pause and
 * to go on writing. Reading is paused meanwhile. Semantics: CPython's `_SendfileFallbackProtocol`.
 *
 * In one thing it differs: in the end the protocol knows whether the transport can take more, as if it had been there
 * all the time. CPython tells it to go on if it had paused before, and otherwise nothing.
 */
export class SendfileProtocol implements Protocol {
  readonly #transport: SocketTransport;
  readonly #original: StreamingProtocol;
  readonly #wasReading: boolean;
  readonly #wasPaused: boolean;
  #room: Future<void> | undefined = undefined;
  #lost = false;
  #error: unknown = undefined;

  /** @throws InvalidStateError if another one stands there */
  constructor(transport: SocketTransport) {
    const original = transport.getProtocol();
    if (original instanceof SendfileProtocol) {
      throw new InvalidStateError(
        'Another sendfile() is under way over this transport; wait for that one',
      );
    }
    this.#transport = transport;
    this.#original = original;
    this.#wasReading = transport.isReading();
    this.#wasPaused = transport.writingPaused;
    transport.pauseReading();
    transport.setProtocol(this);
  }

  /**
   * Waits until the transport can take more.
   *
   * @throws ConnectionError if it is closed, or the other side goes away
   */
  *drained(signal: AbortSignal | undefined): Generator<Future, void, unknown> {
    this.#checkOpen();
    if (!this.#transport.writingPaused) return;
    this.#room = new Future<void>(this.#transport.loop);
    yield* abortable(this.#room, signal);
    this.#checkOpen();
  }

  /** Lets the protocol take its place again. */
  restore(): void {
    const transport = this.#transport;
    // Somebody has put another one there.
    if (transport.getProtocol() !== this) return;
    transport.setProtocol(this.#original);
    if (this.#lost) return;
    if (this.#wasReading) transport.resumeReading();
    if (transport.writingPaused === this.#wasPaused) return;
    if (this.#wasPaused) this.#original.resumeWriting?.();
    else this.#original.pauseWriting?.();
  }

  resumeWriting(): void {
    if (this.#room?.done() === false) this.#room.setResult();
  }

  connectionLost(error: unknown): void {
    this.#lost = true;
    this.#error = error;
    if (this.#room?.done() === false) this.#room.setException(this.#failure());
    this.#original.connectionLost?.(error);
  }

  #checkOpen(): void {
    if (this.#lost || this.#transport.isClosing()) throw this.#failure();
  }

  /** The end of the connection is an error here, also an orderly one: not all has been sent. */
  #failure(): ConnectionError {
    const cause = this.#error ?? { code: 'ECONNRESET' };
    return toConnectionError('Cannot send the file to', this.#transport.place, cause);
  }
}
