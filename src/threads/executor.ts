import { LONGEST_DELAY_MS } from '../loop/index.ts';
import { outsideOwners, type WaitReason } from '../kernel/index.ts';
import {
  checkAbortSignal,
  checkDelay,
  checkInteger,
  checkOptions,
  describe,
  InvalidArgumentError,
  InvalidStateError,
} from '../errors/index.ts';
import { availableParallelism } from 'node:os';
import type { Tinypool } from 'tinypool';
import { Future } from '../future/index.ts';
import { Semaphore, type SignalOptions } from '../sync/index.ts';
import { type Job, type Outcome, unpackFailure } from './executor-job.ts';
import { unlessAborted } from '../abort/index.ts';

/** Runs functions of modules elsewhere. (Python's `concurrent.futures.Executor`, for functions that can be named.) */
export interface Executor {
  /** Begins the call; the future gets its result. Cancelling the future ends the call, if that is possible. */
  submit<T>(module: string, name: string, args: readonly unknown[]): Future<T>;
  /**
   * Takes no more calls, waits for those that are under way, and gives back what it holds. Aborting `signal` ends the
   * wait, with its reason, and nothing else.
   */
  shutdown(options?: SignalOptions): Promise<void>;
}

export interface ThreadExecutorOptions {
  /** How many threads there are at most. Default: as many as there are cores. */
  readonly maxWorkers?: number;
  /** How many milliseconds a thread without work is kept. Default 10,000. It does not keep the process alive. */
  readonly idleTimeout?: number;
}

const IDLE_TIMEOUT_MS = 10_000;

/**
 * Runs functions on worker threads. Arguments and results are cloned (as `structuredClone` does). A call that is
 * cancelled while it runs is ended with its thread, whatever it is doing; another thread takes that one's place.
 */
export class ThreadExecutor implements Executor {
  readonly #maxWorkers: number;
  readonly #idleTimeout: number;
  readonly #underWay = new Set<Future>();
  /**
   * A place for each thread. Calls queue here and not in the pool: when a call is cancelled, the pool ends its thread,
   * and starts none for the calls that are queued behind it.
   */
  readonly #places: Semaphore;
  #pool: Promise<Tinypool> | undefined;
  #closed = false;

  constructor(options: ThreadExecutorOptions = {}) {
    checkOptions(options, '{ maxWorkers: 3 }');
    this.#maxWorkers = checkInteger(options.maxWorkers ?? availableParallelism(), 'maxWorkers', 1);
    this.#places = new Semaphore(this.#maxWorkers);
    const idleTimeout = checkDelay(options.idleTimeout ?? IDLE_TIMEOUT_MS, 'idleTimeout');
    // The pool sets a timer of Node's for it.
    this.#idleTimeout = Math.min(idleTimeout, LONGEST_DELAY_MS);
  }

  /** @throws InvalidStateError after `shutdown` */
  submit<T>(module: string, name: string, args: readonly unknown[]): Future<T> {
    if (this.#closed)
      throw new InvalidStateError('The executor is shut down; it takes no more calls');
    const call = new Call<T>();
    this.#underWay.add(call);
    // To cancel the task that submits a call must not end the wait for a place: the call's future does.
    const run = outsideOwners(() => this.#run(call, { module, name, args }));
    void run.finally(() => this.#underWay.delete(call));
    return call;
  }

  async shutdown({ signal }: SignalOptions = {}): Promise<void> {
    checkAbortSignal(signal, 'signal')?.throwIfAborted();
    this.#closed = true;
    await unlessAborted(this.#end(), signal);
  }

  async #end(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
    await (await this.#pool)?.destroy();
  }

  async #run<T>(call: Call<T>, job: Job): Promise<void> {
    let placed = false;
    try {
      const pool = await (this.#pool ??= this.#open());
      await this.#places.acquire({ signal: call.aborted });
      placed = true;
      if (call.done()) return;
      const outcome = (await pool.run(job, { signal: call.aborted })) as Outcome;
      if (call.done()) return;
      if ('value' in outcome) call.setResult(outcome.value as T);
      else call.setException(unpackFailure(outcome.failure));
    } catch (error) {
      // What could not be cloned, or a thread that ended in the middle of the call.
      if (!call.done()) call.setException(explain(error, job));
    } finally {
      if (placed) this.#places.release();
    }
  }

  /** The pool is loaded when it is needed: many programs never do. */
  async #open(): Promise<Tinypool> {
    const { Tinypool: Pool } = await import('tinypool');
    const self = new URL(import.meta.url);
    const extension = self.pathname.endsWith('.ts') ? 'ts' : 'js';
    return new Pool({
      filename: new URL(`./executor-worker.${extension}`, self).href,
      name: 'callInWorker',
      minThreads: 0,
      maxThreads: this.#maxWorkers,
      idleTimeout: this.#idleTimeout,
    });
  }
}

/** The result of a call that is under way. */
class Call<T> extends Future<T> {
  readonly #controller = new AbortController();

  get aborted(): AbortSignal {
    return this.#controller.signal;
  }

  override get waitReason(): WaitReason {
    return 'a call on another thread';
  }

  override cancel(message?: string): boolean {
    const cancelled = super.cancel(message);
    if (cancelled) this.#controller.abort();
    return cancelled;
  }
}

function explain(error: unknown, { module, name }: Job): unknown {
  // The name of one that comes from the thread was lost on the way.
  if (!/^DataCloneError\b/.test((error as Partial<Error> | null)?.stack ?? '')) return error;
  return new InvalidArgumentError(
    `An argument or the result of \`${name}\` of ${module} could not be cloned for another thread; pass data, not functions or the like`,
    { cause: error },
  );
}

let shared: ThreadExecutor | undefined;

/** The executor of all event loops that were given no other: threads are dear, and event loops are not. */
export function sharedExecutor(): ThreadExecutor {
  return (shared ??= new ThreadExecutor());
}

/** @throws InvalidArgumentError if a worker could not import it */
export function moduleUrl(module: unknown): string {
  if (module instanceof URL) return module.href;
  if (typeof module === 'string' && /^(?:file|data|node):/.test(module)) return module;
  const hint =
    typeof module === 'function'
      ? '; functions cannot travel to another thread: export it there, and give its name'
      : '';
  throw new InvalidArgumentError(
    `Expected the URL of a module, such as \`new URL('./work.js', import.meta.url)\`, got ${describe(module)}${hint}`,
  );
}
