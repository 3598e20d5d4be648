/** What a Hold gives back. */
export interface Releasable {
  release(): void;
}

/**
 * A lock, or a place in a semaphore, that is held until it is released: by `using`, at the end of the block, or by
 * `release()`. Releasing it again does nothing.
 *
 * @example
 * using _ = await lock.hold() // in an async function
 * using _ = yield* lock.hold() // in a generator
 * using _ = wait(lock.hold()) // in a greenlet
 */
export class Hold implements Disposable, AsyncDisposable {
  // There is no `with(fn)` beside it. It would have to know in which style `fn` is written, and, if that is an async
  // function, to go on holding after a cancellation until the function has come to its end. `using` knows the end of
  // its block in all three styles.
  #held: Releasable | undefined;

  /** @internal */
  constructor(held: Releasable) {
    this.#held = held;
  }

  release(): void {
    const held = this.#held;
    this.#held = undefined;
    held?.release();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  /** For `await using`; releasing never waits. */
  [Symbol.asyncDispose](): Promise<void> {
    this.release();
    return Promise.resolve();
  }
}
