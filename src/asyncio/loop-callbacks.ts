import type { Loop } from '../loop/index.ts';
import { Callback, CallHandle, CallTimerHandle } from './callback.ts';
import { checkOpen } from './check-open.ts';
import { type DescriptorLike, Descriptors } from './descriptors.ts';
import type { EventLoop } from './event-loop.ts';
import { SignalHandlers } from './signal-handlers.ts';

/** What an event loop calls, and when: in a turn, at a time, when a descriptor is ready, when a signal comes. */
export class LoopCallbacks {
  readonly #eventLoop: EventLoop;
  readonly #loop: Loop;
  readonly #descriptors: Descriptors;
  readonly #signals = new SignalHandlers();

  constructor(eventLoop: EventLoop, loop: Loop) {
    this.#eventLoop = eventLoop;
    this.#loop = loop;
    this.#descriptors = new Descriptors(eventLoop);
  }

  callSoon(fn: unknown, args: readonly unknown[]): CallHandle {
    checkOpen(this.#eventLoop);
    const handle = new CallHandle(this.#callback(fn, args));
    this.#loop.enqueue(handle);
    return handle;
  }

  callAt(when: number, fn: unknown, args: readonly unknown[]): CallTimerHandle {
    checkOpen(this.#eventLoop);
    const timer = new CallTimerHandle(when, this.#callback(fn, args));
    this.#loop.addTimer(timer);
    return timer;
  }

  addReader(fd: DescriptorLike, fn: unknown, args: readonly unknown[]): void {
    checkOpen(this.#eventLoop);
    this.#descriptors.addReader(fd, this.#callback(fn, args));
  }

  addWriter(fd: DescriptorLike, fn: unknown, args: readonly unknown[]): void {
    checkOpen(this.#eventLoop);
    this.#descriptors.addWriter(fd, this.#callback(fn, args));
  }

  removeReader(fd: DescriptorLike): boolean {
    return this.#descriptors.removeReader(fd);
  }

  removeWriter(fd: DescriptorLike): boolean {
    return this.#descriptors.removeWriter(fd);
  }

  addSignalHandler(signal: NodeJS.Signals, fn: unknown, args: readonly unknown[]): void {
    checkOpen(this.#eventLoop);
    this.#signals.add(signal, this.#loop, this.#callback(fn, args));
  }

  removeSignalHandler(signal: NodeJS.Signals): boolean {
    return this.#signals.remove(signal);
  }

  /** While the event loop runs, its signal handlers keep the process alive. */
  set running(running: boolean) {
    this.#signals.running = running;
  }

  /** Watches no descriptor and no signal any more. */
  close(): void {
    this.#descriptors.close();
    this.#signals.close();
  }

  #callback(fn: unknown, args: readonly unknown[]): Callback {
    return new Callback(this.#eventLoop, fn, args);
  }
}
