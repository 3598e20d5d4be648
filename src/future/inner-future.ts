import type { WaitReason } from '../kernel/index.ts';
import type { LoopLike } from '../loop/index.ts';
import { Future } from './future.ts';

const NONE: readonly Future[] = [];

/** A future that an operation makes for itself to wait for: reports say what that is, and not how it is done. */
export class InnerFuture<T = void> extends Future<T> {
  readonly #reason: WaitReason;
  readonly #standsFor: Iterable<Future>;

  /** `standsFor`: the futures whose ends it waits for, looked at when somebody asks. */
  constructor(reason: WaitReason, loop?: LoopLike, standsFor: Iterable<Future> = NONE) {
    super(loop);
    this.#reason = reason;
    this.#standsFor = standsFor;
  }

  override get waitReason(): WaitReason {
    return this.#reason;
  }

  override standsFor(): Iterable<Future> {
    return this.#standsFor;
  }
}
