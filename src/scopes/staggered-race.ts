import {
  type Future,
  futureAddToAwaitedBy,
  futureDiscardFromAwaitedBy,
  InnerFuture,
} from '../future/index.ts';
import { GeneratorExit } from '../coroutine/index.ts';
import { checkDelay, checkFunction } from '../errors/index.ts';
import {
  type Awaitable,
  type Cancellable,
  createTask,
  type Operation,
  structured,
  type Task,
  unscoped,
} from '../task/index.ts';
import type { Scope } from '../kernel/index.ts';
import { performing } from './performing.ts';
import type { Raised } from '../ends/index.ts';
import { untilAborted } from './until-aborted.ts';

export interface StaggeredRaceOptions {
  /** Cancels all of them when it is aborted; its reason is raised. */
  readonly signal?: AbortSignal | undefined;
}

/** What came first and the place of its function, both undefined if all failed; and for each that was started, its error. */
export type StaggeredResult<T> =
  | [result: T, index: number, errors: unknown[]]
  | [result: undefined, index: undefined, errors: unknown[]];

/**
 * Starts functions one after the other, each when the one before it has failed, or `delay` milliseconds after it was
 * started; null: only when it has failed. The first that succeeds wins: the others are cancelled and waited for. This
 * is how "happy eyeballs" picks the address that answers (RFC 8305). asyncio's `staggered_race`.
 *
 * @example
 * const [socket, index, errors] = await staggeredRace(addresses.map((a) => () => connect(a)), 250)
 * if (index === undefined) throw new AggregateError(errors)
 */
export function staggeredRace<T>(
  starts: Iterable<() => Awaitable<T> | T>,
  delay: number | null,
  options: StaggeredRaceOptions = {},
): Operation<StaggeredResult<T>> {
  if (delay !== null) checkDelay(delay, 'delay');
  const list = [...starts];
  for (const start of list) checkFunction(start, 'starts');
  return race(list, delay, options.signal) as Operation<StaggeredResult<T>>;
}

const race = structured(function* (
  starts: readonly (() => unknown)[],
  delay: number | null,
  signal: AbortSignal | undefined,
): Generator<Future | undefined, StaggeredResult<unknown>, unknown> {
  const performer = performing('a race');
  return yield* untilAborted(performer, signal, new Race(starts, delay, performer).run());
});

/**
 * The tasks are started in steps of whoever waits for the race, so that they belong to the same family and async
 * context; callbacks only note what happened and wake it.
 */
class Race {
  readonly #starts: readonly (() => unknown)[];
  readonly #delay: number | null;
  readonly #running = new Set<Task>();
  readonly #errors: unknown[] = [];
  #winner: { readonly result: unknown; readonly index: number } | undefined;
  /** The next one may start. */
  #due = true;
  #changed: Future<void> | undefined;
  readonly #performer: Cancellable;
  /** The scope that the race stands in, and all its tasks with it. */
  readonly #scope: Scope | undefined;

  constructor(starts: readonly (() => unknown)[], delay: number | null, performer: Cancellable) {
    this.#performer = performer;
    this.#scope = performer.scope;
    this.#starts = starts;
    this.#delay = delay;
  }

  *run(): Generator<Future | undefined, StaggeredResult<unknown>, unknown> {
    let interruption: Raised | undefined;
    for (;;) {
      if (this.#due && interruption === undefined) this.#startNext();
      if (this.#running.size === 0) break;
      const changed = (this.#changed = new InnerFuture(
        'the first of several to end',
        undefined,
        this.#running,
      ));
      try {
        yield* interruption === undefined ? changed : unscoped(changed[Symbol.iterator]());
      } catch (error) {
        if (this.#scope?.cancelled !== true) this.#cancelAll();
        // A generator that is being closed cannot wait any more.
        if (error instanceof GeneratorExit) throw error;
        interruption ??= { error };
      }
      this.#changed = undefined;
    }
    if (interruption !== undefined) throw interruption.error;
    if (this.#winner === undefined) return [undefined, undefined, this.#errors];
    return [this.#winner.result, this.#winner.index, this.#errors];
  }

  #startNext(): void {
    this.#due = false;
    const index = this.#errors.length;
    const start = this.#starts[index];
    if (start === undefined || this.#winner !== undefined) return;
    this.#errors.push(undefined);
    const task = createTask<unknown>(start, { scope: this.#scope });
    const { loop } = task;
    const timer =
      this.#delay === null ? undefined : loop.callLater(this.#delay, () => this.#dueAfter(index));
    this.#running.add(task);
    futureAddToAwaitedBy(task, this.#performer);
    task.addDoneCallback(() => {
      timer?.cancel();
      this.#ended(task, index);
    });
  }

  #ended(task: Task, index: number): void {
    this.#running.delete(task);
    futureDiscardFromAwaitedBy(task, this.#performer);
    try {
      const result = task.result();
      if (this.#winner === undefined) {
        this.#winner = { result, index };
        this.#cancelAll();
      }
    } catch (error) {
      this.#errors[index] = error;
    }
    this.#dueAfter(index);
  }

  /** The one after `index` may start, if that is the latest. */
  #dueAfter(index: number): void {
    if (index === this.#errors.length - 1) this.#due = true;
    if (this.#changed?.done() === false) this.#changed.setResult();
  }

  #cancelAll(): void {
    for (const task of this.#running) task.cancel();
  }
}
