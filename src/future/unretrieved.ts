import { debugProbe } from '../loop/index.ts';

/** What is known about a future whose error nobody has looked at; the future itself is gone. */
export interface Lost {
  /** The name of its class: Future, Task, … */
  readonly kind: string;
  /** Its name, if it had one. */
  readonly name: string | undefined;
  /** Where it was made, as a stack trace; only in debug mode. */
  readonly madeAt: string | undefined;
}

/** Receives an error that was set on a future, or raised in a task, which was then dropped without anyone looking. */
export type UnretrievedHook = (error: unknown, lost: Lost) => void;

let report: UnretrievedHook = (error, { kind, name, madeAt }) => {
  const who = name === undefined ? '' : ` (${name})`;
  const where = madeAt === undefined ? '' : `\n  made at:\n${madeAt}`;
  console.error(`${kind} exception was never retrieved${who}${where}\n`, error);
};

/** An error, which nobody has looked at so far. */
export class Unretrieved {
  readonly error: unknown;
  readonly lost: Lost;
  /** Somebody has looked. */
  retrieved: boolean;

  constructor(error: unknown, lost: Lost) {
    this.error = error;
    this.lost = lost;
    this.retrieved = false;
  }
}

const registry = new FinalizationRegistry<Unretrieved>(({ error, lost }) => {
  debugProbe?.retrieved();
  report(error, lost);
});

/** Those that were added since the last turn of Node's. */
let recent: Unretrieved[] = [];

/** Replaces what happens with errors nobody looked at (by default they are printed); returns the hook before. */
export function setUnretrievedHook(hook: UnretrievedHook): UnretrievedHook {
  const previous = report;
  report = hook;
  return previous;
}

/** From now on, `future` being collected means that nobody has seen `error`. Returns what `retrieved` takes. */
export function watchUnretrieved(future: object, error: unknown): Unretrieved {
  const unretrieved = new Unretrieved(error, lostOf(future));
  registry.register(future, unretrieved, unretrieved);
  debugProbe?.failed();
  if (recent.length === 0) setImmediate(formatRecent);
  recent.push(unretrieved);
  return unretrieved;
}

/** The error, which counts as seen from now on. */
export function retrieved(unretrieved: Unretrieved): unknown {
  if (!unretrieved.retrieved) {
    unretrieved.retrieved = true;
    registry.unregister(unretrieved);
    debugProbe?.retrieved();
  }
  return unretrieved.error;
}

/**
 * Until somebody asks for an error's stack, V8 keeps the `this` of each call on it: a task that failed in one of its
 * steps would be kept alive by its own error, and never be found dropped. Asking costs as much as a hundred steps, so
 * it is left until nearly all such errors have been looked at.
 */
function formatRecent(): void {
  const formatted = recent;
  recent = [];
  for (const { error, retrieved } of formatted) if (!retrieved) formatStacks(error);
}

function formatStacks(error: unknown): void {
  for (let at = error, depth = 0; at instanceof Error && depth < 10; at = at.cause, depth++) {
    try {
      void at.stack;
    } catch {
      // The program's own Error.prepareStackTrace failed; then the error is reported late, or not at all.
    }
  }
}

function lostOf(future: object): Lost {
  const { name } = future as { readonly name?: unknown };
  return {
    kind: future.constructor.name,
    name: typeof name === 'string' ? name : undefined,
    madeAt: debugProbe?.originOf(future),
  };
}
