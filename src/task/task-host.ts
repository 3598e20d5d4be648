import { type Future, reportUnseen, type UnretrievedHook } from '../future/index.ts';
import type { LoopLike } from '../loop/index.ts';
import type { TaskBody } from './body.ts';
import type { Cancellable } from './cancellable.ts';
import { currentRoot } from './current-task.ts';
import { allTasks } from './all-tasks.ts';
import type { TaskOptions } from './task-options.ts';
import type { Task } from './task.ts';

/**
 * What makes and keeps the tasks of a program: asyncio's EventLoop, as the layers below it see it. There is one loop per
 * thread, and a host is a life on top of it, so several may run at once: one `run()` for each request of a server.
 * Which code belongs to which host is told by family: a task belongs to the host that its root was started on, a
 * callback to the one it was scheduled on.
 */
export interface TaskHost extends LoopLike {
  isClosed(): boolean;
  /** Starts a task that belongs to this host. `root` and `host` are those of the running code. */
  createTask<T>(
    body: TaskBody<T>,
    options?: TaskOptions,
    root?: Cancellable,
    host?: TaskHost,
  ): Task<T>;
  /** An error that nobody waits for any more. */
  callExceptionHandler(failure: {
    readonly message: string;
    readonly exception: unknown;
    readonly future: Future;
  }): void;
}

const hostsOfRoots = new WeakMap<Cancellable, TaskHost>();
/** The hosts that run, in the order in which their runs began. */
const running: TaskHost[] = [];
/** The host whose callback runs now. */
let calling: TaskHost | undefined;

/** The host that code belongs to whose task has this root, or which is a callback. */
export function hostOf(root: Cancellable | undefined): TaskHost | undefined {
  return (root === undefined ? undefined : hostsOfRoots.get(root)) ?? calling;
}

/** Where nothing runs: the host that the thread was given. */
let ofThread: TaskHost | undefined;

/** The host of the running code, else the one whose run began last and is not over, else the thread's. */
export function currentHost(): TaskHost | undefined {
  return hostOf(currentRoot()) ?? running.at(-1) ?? ofThread;
}

export function setThreadHost(host: TaskHost | undefined): void {
  ofThread = host;
}

/** The hosts that run, in the order in which their runs began. */
export function runningHosts(): readonly TaskHost[] {
  return running;
}

export function hostBegins(host: TaskHost): void {
  running.push(host);
}

export function hostEnds(host: TaskHost): void {
  running.splice(running.lastIndexOf(host), 1);
}

/** Makes `root` and all that it starts belong to `host`. */
export function adoptRoot(root: Cancellable, host: TaskHost): void {
  hostsOfRoots.set(root, host);
}

/** The tasks of `host` that are not done, oldest first. */
export function tasksOfHost(host: TaskHost): Task[] {
  return [...allTasks(host.loop)].filter(
    ({ root }) => root !== undefined && hostsOfRoots.get(root) === host,
  );
}

/** Tells of the errors of tasks of `host` that nobody has looked at: it ends, and nobody will. */
export function reportUnseenOf(host: TaskHost, tell: UnretrievedHook): void {
  reportUnseen(
    (root) => root !== undefined && hostsOfRoots.get(root as Cancellable) === host,
    tell,
  );
}

/** Calls `fn` as a callback of `host`. */
export function callForHost<R>(host: TaskHost, fn: () => R): R {
  const before = calling;
  calling = host;
  try {
    return fn();
  } finally {
    calling = before;
  }
}
