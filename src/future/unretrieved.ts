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
  /** The task at the root of the family it belongs to, if it is one of a task. */
  readonly root: object | undefined;
  /** Somebody has looked. */
  retrieved: boolean;
  /** It was printed when it happened, so it is not reported a second time. */
  reported: boolean;

  constructor(error: unknown, future: object) {
    this.error = error;
    this.lost = lostOf(future);
    this.root = (future as { readonly root?: object | undefined }).root;
    this.retrieved = false;
    this.reported = false;
  }
}

/**
 * The errors that nobody has looked at. They are reported when their future is collected, but at the latest when their
 * run, or the process, ends: most processes end before there is a full collection. To note a failure costs a failure
 * only.
 */
const unseen = new Set<Unretrieved>();
let anyLost = false;

const registry = new FinalizationRegistry<Unretrieved>((unretrieved) => {
  debugProbe?.retrieved();
  lose(unretrieved, report);
});

function lose(unretrieved: Unretrieved, tell: UnretrievedHook): void {
  unseen.delete(unretrieved);
  anyLost = true;
  if (!unretrieved.reported) tell(unretrieved.error, unretrieved.lost);
}

/** Reports, once, the errors that nobody has looked at of tasks whose root `belongs` picks. */
export function reportUnseen(
  belongs: (root: object | undefined) => boolean,
  tell: UnretrievedHook = report,
): void {
  for (const unretrieved of unseen) {
    if (!belongs(unretrieved.root)) continue;
    registry.unregister(unretrieved);
    lose(unretrieved, tell);
  }
}

/** Whether an error was lost in this thread: it was never looked at, and never will be. To be asked when it ends. */
export function hasLostErrors(): boolean {
  return anyLost || unseen.size > 0;
}

let watching = false;

/** From the first failure on, the end of the process reports what is left. */
function watchExit(): void {
  if (watching) return;
  watching = true;
  process.on('exit', () => reportUnseen(() => true));
}

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
  const unretrieved = new Unretrieved(error, future);
  registry.register(future, unretrieved, unretrieved);
  unseen.add(unretrieved);
  watchExit();
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
    unseen.delete(unretrieved);
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
