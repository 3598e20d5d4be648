import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { describe, InvalidArgumentError } from '../errors/index.ts';
import type { Future } from '../future/index.ts';
import { packFailure } from './executor-job.ts';

/** The event loop that a gate leads into. */
interface GateLoop {
  callSoon(fn: () => unknown): unknown;
  createTask<T>(body: () => T | PromiseLike<T>): Future<T>;
}

/** Functions that other threads may call by their names; they may be async, or return coroutines. */
export type Exposed = Readonly<Record<string, (...args: never[]) => unknown>>;

/** What a thread asks for. Without an `id` no answer is wanted. */
export type GateRequest =
  | { readonly name: string; readonly args: readonly unknown[]; readonly id?: number }
  | { readonly name: string; readonly args: readonly unknown[]; readonly answer: Answer }
  | { readonly cancel: number };

/** Where a thread that blocks waits for its answer: a port, and a word that is set when the answer is there. */
export interface Answer {
  readonly port: MessagePort;
  readonly ready: Int32Array<SharedArrayBuffer>;
}

/** How a call went. */
export type GateOutcome =
  | { readonly value: unknown }
  | { readonly failure: ReturnType<typeof packFailure> }
  | { readonly cancelled: string };

export type GateReply = GateOutcome & { readonly id: number };

/**
 * The way from other threads into an event loop: functions cannot travel between threads, so a thread names one of
 * those that were exposed here. What it asks for runs in a turn of this loop. The gate does not keep the process
 * alive.
 *
 * @example
 * const gate = loop.openGate({ log: (text: string) => console.log(text) })
 * const port = gate.connect()
 * new Worker(file, { workerData: port, transferList: [port] })
 * // in the Worker:
 * connectLoop(workerData).callSoonThreadsafe('log', 'hello')
 */
export class ThreadGate<F extends Exposed = Exposed> {
  readonly functions: F;
  readonly #eventLoop: GateLoop;
  readonly #ports = new Set<MessagePort>();

  /** @internal */
  constructor(eventLoop: GateLoop, functions: F) {
    this.#eventLoop = eventLoop;
    this.functions = functions;
  }

  /** A new port, to be transferred to a thread, which hands it to `connectLoop`. */
  connect(): MessagePort {
    const { port1: here, port2: there } = new MessageChannel();
    const tasks = new Map<number, Future>();
    this.#ports.add(here);
    here.on('message', (request: GateRequest) => this.#receive(request, here, tasks));
    here.once('close', () => {
      this.#ports.delete(here);
      for (const task of tasks.values()) task.cancel('The thread that asked for it has gone');
    });
    here.unref();
    return there;
  }

  /** Lets nobody in any more. What is under way is cancelled. */
  close(): void {
    for (const port of this.#ports) port.close();
  }

  #receive(request: GateRequest, port: MessagePort, tasks: Map<number, Future>): void {
    if ('cancel' in request) {
      tasks.get(request.cancel)?.cancel();
      return;
    }
    const { name, args } = request;
    if (!('answer' in request) && request.id === undefined) {
      this.#eventLoop.callSoon(() => void this.#call(name, args));
      return;
    }
    const task: Future = this.#eventLoop.createTask(() => this.#call(name, args));
    const { id } = request as { id?: number };
    if (id !== undefined) tasks.set(id, task);
    task.addDoneCallback(() => {
      if (id === undefined) answer((request as { answer: Answer }).answer, outcomeOf(task));
      else if (tasks.delete(id)) post(port, { ...outcomeOf(task), id });
    });
  }

  #call(name: string, args: readonly unknown[]): unknown {
    const fn: unknown = Object.hasOwn(this.functions, name) ? this.functions[name] : undefined;
    if (typeof fn !== 'function') {
      throw new InvalidArgumentError(
        `The gate exposes no function ${describe(name)}; it has ${Object.keys(this.functions).join(', ')}`,
      );
    }
    return (fn as (...args: readonly unknown[]) => unknown)(...args);
  }
}

function outcomeOf(task: Future): GateOutcome {
  try {
    return { value: task.result() };
  } catch (error) {
    return task.cancelled()
      ? { cancelled: (error as Error).message }
      : { failure: packFailure(error) };
  }
}

/** What cannot be cloned makes a failure of it: whoever asked must hear something. */
function post(port: MessagePort, outcome: GateOutcome & { readonly id?: number }): void {
  try {
    port.postMessage(outcome);
  } catch (error) {
    port.postMessage({ failure: packFailure(error), id: outcome.id });
  }
}

function answer({ port, ready }: Answer, outcome: GateOutcome): void {
  post(port, outcome);
  Atomics.store(ready, 0, 1);
  Atomics.notify(ready, 0);
  port.close();
}
