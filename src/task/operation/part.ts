import { rejectNoted } from '../../errors/index.ts';
import { AsyncWait } from '../../future/index.ts';
import { awaiterStorage } from '../../kernel/index.ts';
import { Task } from '../task.ts';

/** Who hears of the end of a task that is a part of another, in the same turn. */
export interface Whole {
  /** The task whose async function waits for the part; undefined outside of tasks. */
  readonly task: Task | undefined;
  ended(part: Task): void;
}

/**
 * An `await`, in an async function, of an operation that runs code of the user's. The operation is a task of its
 * own, started at once; but to whoever looks on it is a part of the function: its end resolves the `await` without a
 * turn in between. It shares the requests to cancel the function's task: one that it has no wait left for is raised at
 * the function's next one, and what either takes back is taken back in both.
 */
class PartWait<T> extends AsyncWait<Task> implements Whole {
  readonly #outcome = Promise.withResolvers<T>();
  #part: Task<T> | undefined;

  constructor() {
    super(awaiterStorage.getStore() as Task | undefined);
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
    return this.#part?.deliverCancel(message) ?? false;
  }

  get resolveAwaited(): (value: never) => void {
    return this.#outcome.resolve;
  }

  ended(part: Task): void {
    // No wait has ended for the function: it goes on in the same turn, and a request stays pending until its next wait.
    if (this.#part !== undefined) this.task?.partEnded(this);
    try {
      this.#outcome.resolve(part.result() as T);
    } catch (error) {
      rejectNoted(error, this.#outcome.resolve, this.#outcome.reject);
    }
  }

  /** It is woken by the part itself. */
  override run(): void {}
}

/** Starts `steps` as a part of the running async function. */
export function awaitPart<T>(steps: Generator<unknown, T, unknown>): Promise<T> {
  return new PartWait<T>().start(steps);
}
