import { type Future, InnerFuture } from '../future/index.ts';

/** Waits until `future` is done, however it ends. Cancelling this wait leaves it alone. */
export function* settled(future: Future): Generator<Future, void, unknown> {
  const ended = new InnerFuture(future.waitReason, future.loop, [future]);
  const end = (): void => {
    if (!ended.done()) ended.setResult();
  };
  future.addDoneCallback(end);
  try {
    yield* ended;
  } finally {
    future.removeDoneCallback(end);
  }
}
