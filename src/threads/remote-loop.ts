import type { WaitReason } from '../kernel/index.ts';
import { MessageChannel, MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import {
  CancelledError,
  checkDelay,
  describe,
  InvalidArgumentError,
  InvalidStateError,
  TimeoutError,
} from '../errors/index.ts';
import { Future } from '../future/index.ts';
import { abortableFuture } from '../abort/index.ts';
import { unpackFailure } from './executor-job.ts';
import { type RemoteCallOptions, withoutSignal } from './trailing-signal.ts';
import type { Exposed, GateOutcome, GateReply, GateRequest } from './thread-gate.ts';

/** The arguments of a function that another thread runs. */
export type ParametersOf<F> = F extends (...args: infer A) => unknown ? A : never;
/** What a function that another thread runs results in, there and here. */
export type ResultOf<F> = F extends (...args: never[]) => infer R ? Awaited<R> : never;

/**
 * An event loop of another thread, as seen from here through the port that its gate gave out.
 *
 * @example
 * const main = connectLoop<typeof exposed>(workerData)
 * main.callSoonThreadsafe('log', 'hello')
 * const user = await main.runCoroutineThreadsafe('loadUser', 5)
 * @throws InvalidArgumentError for what is no port
 */
export function connectLoop<F extends Exposed>(port: MessagePort): RemoteLoop<F> {
  if (!(port instanceof MessagePort)) {
    throw new InvalidArgumentError(
      `Expected \`port\` to be what \`gate.connect()\` returned, got ${describe(port)}`,
    );
  }
  return new RemoteLoop<F>(port);
}

export class RemoteLoop<F extends Exposed> {
  readonly #port: MessagePort;
  readonly #pending = new Map<number, RemoteCall<unknown>>();
  #nextId = 0;
  #closed = false;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', (reply: GateReply) => this.#receive(reply));
    port.once('close', () => this.#gone());
    port.unref();
  }

  /** Calls an exposed function in a turn of that loop. Its errors go to the exception handler there. */
  callSoonThreadsafe<K extends keyof F & string>(name: K, ...args: ParametersOf<F[K]>): void {
    this.#post({ name, args });
  }

  /**
   * Runs an exposed function as a task of that loop; the future, of this thread, gets its result. Cancelling the future
   * cancels the task. Options are a last argument with a `signal`: when it is aborted, the task is cancelled, and the
   * future fails with its reason. (asyncio's `run_coroutine_threadsafe`.)
   */
  runCoroutineThreadsafe<K extends keyof F & string>(
    name: K,
    ...args: [...ParametersOf<F[K]>, options?: RemoteCallOptions]
  ): Future<ResultOf<F[K]>> {
    const [passed, signal] = withoutSignal(args);
    const id = this.#nextId++;
    this.#post({ name, args: passed, id });
    const call = new RemoteCall<ResultOf<F[K]>>(() => this.#post({ cancel: id }));
    this.#pending.set(id, call);
    this.#port.ref();
    call.addDoneCallback(() => {
      if (this.#pending.delete(id) && this.#pending.size === 0) this.#port.unref();
    });
    return abortableFuture(call, signal);
  }

  /**
   * As `runCoroutineThreadsafe`, and blocks this thread until the result is there: for threads that have no loop of
   * their own to run. Never call it on the thread whose loop has to answer.
   *
   * @throws TimeoutError after `timeout` milliseconds; what it asked for goes on
   */
  blockingCall<K extends keyof F & string>(
    name: K,
    args: ParametersOf<F[K]>,
    options: { readonly timeout?: number } = {},
  ): ResultOf<F[K]> {
    const timeout =
      options.timeout === undefined ? Infinity : checkDelay(options.timeout, 'timeout');
    const { port1: here, port2: port } = new MessageChannel();
    const ready = new Int32Array(new SharedArrayBuffer(4));
    this.#checkOpen();
    this.#port.postMessage({ name, args, answer: { port, ready } } satisfies GateRequest, [port]);
    try {
      if (Atomics.wait(ready, 0, 0, timeout) === 'timed-out')
        throw new TimeoutError(`The other thread has not answered within ${timeout} ms`);
      const received = receiveMessageOnPort(here) as { readonly message: GateOutcome };
      return unpack(received.message) as ResultOf<F[K]>;
    } finally {
      here.close();
    }
  }

  /** Gives the port up; what is pending is cancelled here and there. */
  close(): void {
    this.#port.close();
  }

  #post(request: GateRequest): void {
    this.#checkOpen();
    this.#port.postMessage(request);
  }

  #checkOpen(): void {
    if (this.#closed)
      throw new InvalidStateError(
        'The other event loop can no longer be reached: its gate is closed',
      );
  }

  #receive({ id, ...outcome }: GateReply): void {
    const call = this.#pending.get(id);
    if (call === undefined || call.done()) return;
    if ('cancelled' in outcome) return call.gone(outcome.cancelled);
    try {
      call.setResult(unpack(outcome));
    } catch (error) {
      call.setException(error);
    }
  }

  #gone(): void {
    this.#closed = true;
    for (const call of this.#pending.values()) call.gone('The other event loop has gone');
  }
}

/** @throws what the function threw there */
function unpack(outcome: GateOutcome): unknown {
  if ('value' in outcome) return outcome.value;
  throw 'failure' in outcome
    ? unpackFailure(outcome.failure)
    : new CancelledError(outcome.cancelled);
}

class RemoteCall<T> extends Future<T> {
  readonly #cancelThere: () => void;

  constructor(cancelThere: () => void) {
    super();
    this.#cancelThere = cancelThere;
  }

  override get waitReason(): WaitReason {
    return 'a call on another thread';
  }

  override cancel(message?: string): boolean {
    if (!super.cancel(message)) return false;
    this.#cancelThere();
    return true;
  }

  /** Cancelled from there. */
  gone(message: string): void {
    super.cancel(message);
  }
}
