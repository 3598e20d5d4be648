import { Handle, keepProcessAlive, type Loop } from '../loop/index.ts';
import { constants } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { describe, GreenroomError, InvalidArgumentError } from '../errors/index.ts';
import type { Callback } from './callback.ts';

/** A signal cannot be handled here. */
export class SignalError extends GreenroomError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_SIGNAL', message, options);
  }
}

class SignalHandle extends Handle {
  readonly #callback: Callback;

  constructor(callback: Callback) {
    super();
    this.#callback = callback;
  }

  override run(): void {
    this.#callback.call(this);
  }
}

/** The signals that an event loop handles: one callback for each. */
export class SignalHandlers {
  #running = false;
  #letGo: (() => void) | undefined;
  readonly #listeners = new Map<NodeJS.Signals, () => void>();

  add(signal: NodeJS.Signals, loop: Loop, callback: Callback): void {
    checkSignal(signal);
    if (!isMainThread)
      throw new SignalError(
        `Cannot handle ${signal} in a Worker: signals arrive in the main thread; handle it there and post a message`,
      );
    this.remove(signal);
    const listener = (): void => loop.enqueue(new SignalHandle(callback));
    try {
      process.on(signal, listener);
    } catch (cause) {
      // Node adds the listener first.
      process.off(signal, listener);
      throw new SignalError(`Cannot handle ${signal}: the system keeps it to itself`, { cause });
    }
    this.#listeners.set(signal, listener);
    this.#update();
  }

  remove(signal: NodeJS.Signals): boolean {
    checkSignal(signal);
    const listener = this.#listeners.get(signal);
    if (listener === undefined) return false;
    process.off(signal, listener);
    this.#listeners.delete(signal);
    this.#update();
    return true;
  }

  /** Whether the event loop runs: then a program that only waits for signals goes on, though Node would let it end. */
  set running(running: boolean) {
    this.#running = running;
    this.#update();
  }

  #update(): void {
    if (this.#running && this.#listeners.size > 0) {
      this.#letGo ??= keepProcessAlive();
    } else {
      this.#letGo?.();
      this.#letGo = undefined;
    }
  }

  close(): void {
    for (const signal of this.#listeners.keys()) this.remove(signal);
  }
}

function checkSignal(signal: unknown): void {
  if (typeof signal === 'string' && Object.hasOwn(constants.signals, signal)) return;
  throw new InvalidArgumentError(
    `Expected \`signal\` to be the name of a signal, such as "SIGTERM", got ${describe(signal)}`,
  );
}
