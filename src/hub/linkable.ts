// Who is to be called when a greenlet has ended. Each link is a handle of its own that waits at the future, in the
// order of the links: so one that fails or blocks holds up none of the others, and one that runs can still take
// back those that follow.

import { checkFunction } from '../errors/index.ts';
import { CallbackHandle, type Handle } from '../loop/index.ts';
import { Cancellable } from '../task/index.ts';
import { reportError } from './report-error.ts';
import { type Job, TaskFiber } from './task-fiber.ts';

interface Link {
  readonly callback: unknown;
  readonly handle: Handle;
}

/** Calls back in a greenlet of its own, which nobody waits for. */
class LinkJob implements Job {
  readonly #target: Cancellable;
  readonly #call: () => unknown;

  constructor(target: Cancellable, call: () => unknown) {
    this.#target = target;
    this.#call = call;
  }

  get name(): string {
    return `a link of ${this.#target.name}`;
  }

  call(): unknown {
    return this.#call();
  }

  finish(): void {}

  fail(error: unknown): void {
    reportError(error, this.name);
  }
}

/** What comes to an end: its outcome in gevent's words, and the callbacks that are linked to it. */
export abstract class Linkable<T = unknown> extends Cancellable<T> {
  declare private _links: Link[] | undefined;

  /** Whether it has ended, and will not run any more. */
  get dead(): boolean {
    return this.done();
  }

  /** Whether it has ended. */
  ready(): boolean {
    return this.done();
  }

  /** Whether it has ended without a failure; a killed one has. */
  successful(): boolean {
    return this.done() && this.error === undefined;
  }

  /** Its result, or undefined as long as there is none. */
  get value(): T | undefined {
    return this.successful() ? this.result() : undefined;
  }

  /**
   * The error that it failed with, or undefined as long as there is none: gevent's `exception`, which here is the
   * method that every Future has. A cancelled one has failed with its CancelledError.
   */
  get error(): unknown {
    if (!this.done()) return undefined;
    try {
      return this.exception();
    } catch (cancellation) {
      return cancellation;
    }
  }

  /**
   * Calls `callback` with this greenlet when it has ended, or soon if it has, in a greenlet of its own, which may
   * block. Callbacks are called in the order of their links; one that fails is reported and disturbs none of the
   * others. (gevent's `link`.)
   *
   * @example spawn(work).link((task) => console.log(task.name, 'has ended'))
   */
  link(callback: (task: this) => unknown): void {
    this._link(callback, () => callback(this));
  }

  /** As `link`, but `callback` is only called if it succeeds. */
  linkValue(callback: (task: this) => unknown): void {
    this._link(callback, () => this.successful() && callback(this));
  }

  /** As `link`, but `callback` is only called if it fails. */
  linkException(callback: (task: this) => unknown): void {
    this._link(callback, () => !this.successful() && callback(this));
  }

  /** As `link`, but `callback` is called from the loop: it must not block. */
  rawLink(callback: (task: this) => unknown): void {
    checkFunction(callback, 'callback');
    this._add(callback, new CallbackHandle(() => this._called(callback, () => callback(this)), []));
  }

  /** Takes back the oldest link of `callback`, of whatever kind; does nothing if there is none. */
  unlink(callback: (task: this) => unknown): void {
    const link = this._take(callback);
    // Cancelled where it is under way already.
    if (link !== undefined && !this.removeWaiter(link.handle)) link.handle.cancel();
  }

  /** Takes back all links. */
  unlinkAll(): void {
    for (const { callback } of this._links?.slice() ?? []) this.unlink(callback as () => unknown);
  }

  /** Whether there are links whose callbacks have not been called yet. */
  get hasLinks(): boolean {
    return this._links !== undefined && this._links.length > 0;
  }

  private _link(callback: unknown, call: () => unknown): void {
    checkFunction(callback, 'callback');
    this._add(callback, new TaskFiber(new LinkJob(this, () => this._called(callback, call))));
  }

  private _add(callback: unknown, handle: Handle): void {
    (this._links ??= []).push({ callback, handle });
    this.addWaiter(handle);
  }

  private _called(callback: unknown, call: () => unknown): void {
    this._take(callback);
    call();
  }

  private _take(callback: unknown): Link | undefined {
    const index = this._links?.findIndex((link) => link.callback === callback) ?? -1;
    return index < 0 ? undefined : this._links?.splice(index, 1)[0];
  }
}
