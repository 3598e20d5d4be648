import { CancelledError } from '../errors/index.ts';

/** What is known of the requests to cancel one task. Most tasks are never cancelled and have none of this. */
export class CancelRequests {
  /** Requests that were not taken back. */
  count = 0;
  /** One has not reached the code yet. */
  pending = false;
  /** The message of the last one that found nothing to end when it was made; it stays when that one is delivered. */
  pendingMessage: string | undefined = undefined;
  #message: string | undefined = undefined;
  #controller: AbortController | undefined = undefined;

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.count > 0) this.#controller.abort(this.#error());
    }
    return this.#controller.signal;
  }

  add(message: string | undefined): void {
    this.count++;
    this.#message = message;
    this.#controller?.abort(this.#error());
  }

  /** It has reached nothing so far. */
  postpone(message: string | undefined): void {
    this.pending = true;
    this.pendingMessage = message;
  }

  /** Takes one back. If `others` or fewer are left, what has not reached the code is not delivered any more. */
  takeBack(others: number): number {
    if (this.count > 0) this.count--;
    if (this.count <= others) this.pending = false;
    // A signal stays aborted for good; whoever asks from now on gets another.
    if (this.count === 0) this.#controller = undefined;
    return this.count;
  }

  #error(): CancelledError {
    return new CancelledError(this.#message);
  }
}
