import type { EventLoop } from './event-loop.ts';

/**
 * Closes the async generators that an event loop was told of. JavaScript closes one when a `for await` over it ends,
 * in whatever way, and else never: no collector runs its `finally`. So those that are stepped by hand have to be
 * told of, and are closed when the loop shuts down, as asyncio does with all that are left.
 */
export class AsyncGenerators {
  readonly #open = new Set<AsyncGenerator>();

  add(generator: AsyncGenerator): void {
    this.#open.add(generator);
  }

  /** Closes them all, at once; what one raises the exception handler hears of. */
  async close(eventLoop: EventLoop): Promise<void> {
    const left = [...this.#open];
    this.#open.clear();
    const outcomes = await Promise.allSettled(left.map((each) => each.return(undefined)));
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status !== 'rejected') continue;
      eventLoop.callExceptionHandler({
        message: 'An async generator raised an error while it was closed',
        exception: outcome.reason as unknown,
        asyncgen: left[index],
      });
    }
  }
}
