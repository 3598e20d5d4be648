/**
 * Debug mode: finds out what went wrong, at a price. It is the thread's, as its loop is. It is on with
 * `GREENROOM_DEBUG=1`, with `run(main, { debug: true })`, or with `loop.setDebug(true)`, and tells on stderr of
 *
 *  - a callback or a step of a task that ran for long: `loop.slowCallbackDuration`;
 *  - errors that nobody looked at, within a few turns after the future was dropped, and where that was made;
 *  - coroutines that were never awaited (operations of the library, such as `sleep()`, only with GREENROOM_DEBUG=1);
 *  - tasks that are pending when their event loop is closed, or the process ends;
 *  - names that took long to resolve;
 *  - event loops that ran and were dropped before they were closed, once they are collected.
 *
 * It refuses async functions as callbacks, and what is printed, a future or a handle, tells where it was made.
 */
import { allTasks } from '../../task/index.ts';
import {
  type DebugProbe,
  debugProbe,
  type Handle,
  type Maker,
  setDebugProbe,
} from '../../loop/index.ts';
import { checkCallback } from './check-callback.ts';
import { DebugCollector } from './collector.ts';
import { createdAt, noteOrigin, originOf } from './origins.ts';
import { neverAwaitedReport, slowReport, unclosedReport } from './reports.ts';

/** asyncio's `slow_callback_duration`, in milliseconds. */
const SLOW_CALLBACK_MS = 100;

/** More pending tasks than this are not told one by one when the process ends. */
const MOST_TOLD = 20;

interface Made {
  readonly label: string;
  readonly origin: object;
}

/** What there is to know of an event loop that is gone. */
export interface Life {
  /** It has begun to run: before, it holds nothing that would have to be closed. */
  ran: boolean;
  closed: boolean;
}

class Debugger implements DebugProbe {
  slowCallbackDuration: number = SLOW_CALLBACK_MS;
  readonly #collector = new DebugCollector();
  readonly #unbegun = new FinalizationRegistry<Made>(({ label, origin }) => {
    this.#collector.clear();
    console.error(neverAwaitedReport(label, originOf(origin)));
  });
  readonly #opened = new FinalizationRegistry<{ life: Life; origin: object }>(
    ({ life, origin }) => {
      if (life.ran && !life.closed) console.error(unclosedReport(originOf(origin)));
    },
  );

  made(thing: object, maker: Maker): void {
    noteOrigin(thing, maker);
  }

  madeCoroutine(coroutine: object, label: string, maker: Maker): void {
    const origin = {};
    noteOrigin(origin, maker);
    this.#unbegun.register(coroutine, { label, origin }, coroutine);
    this.#collector.suspect();
  }

  begun(coroutine: object): void {
    if (this.#unbegun.unregister(coroutine)) this.#collector.clear();
  }

  failed(): void {
    this.#collector.suspect();
  }

  retrieved(): void {
    this.#collector.clear();
  }

  awaits(wait: object): void {
    noteOrigin(wait, this.awaits);
  }

  ran(handle: Handle, ms: number): void {
    if (ms >= this.slowCallbackDuration) console.error(slowReport(handle, ms));
  }

  took(what: string, ms: number): void {
    if (ms >= this.slowCallbackDuration) console.error(`${what} took ${ms.toFixed(1)} ms`);
  }

  /** An event loop was made, by a call of `maker`. Its `life` tells later what became of it. */
  opened(eventLoop: object, life: Life, maker: Maker): void {
    const origin = {};
    noteOrigin(origin, maker);
    this.#opened.register(eventLoop, { life, origin });
  }

  checkCallback(fn: unknown): void {
    checkCallback(fn, true);
  }

  originOf(thing: object): string | undefined {
    return originOf(thing);
  }

  createdAt(thing: object): string {
    return createdAt(thing);
  }
}

let made: Debugger | undefined;

/** The one of this thread, which is kept, so that what it knows is not lost while debug mode is off for a while. */
export function debuggerOfThread(): Debugger {
  return (made ??= new Debugger());
}

/** Switches debug mode on or off. Returns whether it was on. */
export function setDebug(on: boolean): boolean {
  const before = debugProbe !== null;
  if (on === before) return before;
  setDebugProbe(on ? debuggerOfThread() : null);
  if (on) process.on('exit', tellPending);
  else process.off('exit', tellPending);
  return before;
}

export function getDebug(): boolean {
  return debugProbe !== null;
}

function tellPending(): void {
  const pending = [...allTasks()];
  for (const task of pending.slice(0, MOST_TOLD)) {
    const madeAt = originOf(task);
    const where = madeAt === undefined ? '' : `\n  made at:\n${madeAt}`;
    console.error(`Task was destroyed but it is pending: ${task.name}${where}`);
  }
  if (pending.length > MOST_TOLD) console.error(`… and ${pending.length - MOST_TOLD} more tasks`);
}

if (process.env['GREENROOM_DEBUG'] === '1') setDebug(true);
