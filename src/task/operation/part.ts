import { AsyncWait } from '../../future/index.ts';
import { awaiterStorage } from '../../kernel/index.ts';
import { Task } from '../task.ts';

/** Who hears of the end of a task that is a part of another, in the same turn. */
export interface Whole {
  /** The task whose async function waits for the part; undefined outside of tasks. */
  readonly task: Task | undefined;
  /** `cancelLeft` says that the part was cancelled after it had waited for the last time. */
  ended(part: Task, cancelLeft: boolean): void;
}

/**
 * An `await`, in an async function, of an operation that runs code of the user's. The operation is a task of its
 * own, started at once; but to whoever looks on it is a part of the function: its end resolves the `await` without a
 * turn in between, and a request to cancel it that it had no wait left for is raised at the function's next one. It
 * counts the requests of the function's task as its own, and what it takes back of them is taken back there.
 */
class PartWait<T> extends AsyncWait<Task> implements Whole {
  readonly #outcome = Promise.withResolvers<T>();
  #part: Task<T> | undefined;
  /** Of the requests to cancel the whole, how many the part has heard of. */
  #heard: number;

  constructor() {
    super(awaiterStorage.getStore() as Task | undefined);
    this.#heard = this.task?.cancelling() ?? 0;
  }

  start(steps: Generator<unknown, T, unknown>): Promise<T> {
    const name = this.task?.name;
    const part = new Task<T>(steps, {
      eagerStart: true,
      whole: this,
      ...(name === undefined ? {} : { name }),
    });
    if (!part.done()) {
      this.#part = part;
      this.begin();
    }
    return this.#outcome.promise;
  }

  get task(): Task | undefined {
    return this.awaiter;
  }

  get awaited(): Task | undefined {
    return this.#part;
  }

  cancelAwaited(message: string | undefined): boolean {
    const part = this.#part;
    if (part === undefined) return false;
    const requests = this.task?.cancelling() ?? 0;
    if (requests <= this.#heard) return part.recancel();
    this.#heard = requests;
    return part.cancel(message);
  }

  ended(part: Task, cancelLeft: boolean): void {
    const thrown = this.#part === undefined ? undefined : this.end();
    for (let left = part.cancelling(); left < this.#heard; left++) this.task?.uncancel();
    if (cancelLeft) this.task?.recancel();
    if (thrown !== undefined) return this.#outcome.reject(thrown);
    try {
      this.#outcome.resolve(part.result() as T);
    } catch (error) {
      this.#outcome.reject(error);
    }
  }

  /** It is woken by the part itself. */
  override run(): void {}
}

/** Starts `steps` as a part of the running async function. */
export function awaitPart<T>(steps: Generator<unknown, T, unknown>): Promise<T> {
  return new PartWait<T>().start(steps);
}
