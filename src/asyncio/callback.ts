import { callForHost } from '../task/index.ts';
import { AsyncLocalStorage } from 'node:async_hooks';
import { Context, copyContext, type RunInContext, withCallbackContext } from '../context/index.ts';
import { debugProbe, Handle, TimedHandle } from '../loop/index.ts';
import { checkCallback } from '../inspect/index.ts';
import type { EventLoop } from './event-loop.ts';
import { reportCallback } from './running.ts';

/** The last argument of `callSoon`, `callLater` and `callAt`, for a callback without arguments. */
export interface CallOptions {
  /** The context the callback runs in. Default: a copy of the one that is current when it is scheduled. */
  readonly context: Context;
}

/** A function that an event loop will call: what `callSoon`, `callLater` and signal handlers have in common. */
export class Callback {
  /** The context it runs in. */
  readonly context: Context;
  readonly #eventLoop: EventLoop;
  readonly #fn: (...args: unknown[]) => unknown;
  readonly #args: readonly unknown[];
  /** AsyncLocalStorage as it was when this was made. */
  readonly #within: RunInContext;

  /**
   * @throws InvalidArgumentError if `fn` cannot be called, or a call would do nothing; in debug mode also for an async
   * function, of whose errors nobody would hear
   */
  constructor(eventLoop: EventLoop, fn: unknown, args: readonly unknown[]) {
    checkCallback(fn, debugProbe !== null);
    const options = args.length === 1 && isCallOptions(args[0]) ? args[0] : undefined;
    this.#eventLoop = eventLoop;
    this.#fn = fn;
    this.#args = options === undefined ? args : [];
    this.context = options?.context ?? copyContext();
    this.#within = withCallbackContext(this.context, () => AsyncLocalStorage.snapshot());
  }

  get name(): string {
    return this.#fn.name === '' ? 'an anonymous function' : this.#fn.name;
  }

  /** What it throws, the exception handler of the event loop hears of. */
  call(handle: Handle): void {
    this.#within(() =>
      callForHost(this.#eventLoop, () => {
        try {
          this.#fn(...this.#args);
        } catch (error) {
          reportCallback(this.#eventLoop, error, handle, `callback ${this.name}`);
        }
      }),
    );
  }
}

/** What `callSoon` returns. */
export class CallHandle extends Handle {
  #callback: Callback | undefined;

  /** @internal */
  constructor(callback: Callback) {
    super();
    this.#callback = callback;
    debugProbe?.made(this, new.target);
  }

  /** The context that the callback runs in; undefined once it is cancelled. (asyncio's `get_context`.) */
  get context(): Context | undefined {
    return this.#callback?.context;
  }

  /** The name of the function. */
  get name(): string {
    return this.#callback?.name ?? 'a cancelled callback';
  }

  /** @internal asyncio's name for it, in its text. */
  get kindName(): string {
    return 'Handle';
  }

  override run(): void {
    this.#callback?.call(this);
  }

  override cancel(): void {
    super.cancel();
    this.#callback = undefined;
  }
}

/** What `callLater` and `callAt` return. */
export class CallTimerHandle extends TimedHandle {
  #callback: Callback | undefined;

  /** @internal */
  constructor(when: number, callback: Callback) {
    super(when);
    this.#callback = callback;
    debugProbe?.made(this, new.target);
  }

  /** The context that the callback runs in; undefined once it is cancelled. (asyncio's `get_context`.) */
  get context(): Context | undefined {
    return this.#callback?.context;
  }

  /** The name of the function. */
  get name(): string {
    return this.#callback?.name ?? 'a cancelled callback';
  }

  /** @internal asyncio's name for it, in its text. */
  get kindName(): string {
    return 'TimerHandle';
  }

  override run(): void {
    this.#callback?.call(this);
  }

  override cancel(): void {
    super.cancel();
    this.#callback = undefined;
  }
}

function isCallOptions(value: unknown): value is CallOptions {
  if (typeof value !== 'object' || value === null) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && (value as Partial<CallOptions>).context instanceof Context;
}
