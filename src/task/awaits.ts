import { isCancelledByOwnScope, type Wait } from '../kernel/index.ts';

/**
 * What an async function is waiting for at the moment: one thing, or several if it does several at once (as in
 * `Promise.all`). V8 decides when such a function goes on, so nothing can be thrown into it from outside; what can
 * be done is to cancel what it awaits.
 */
export class Awaits {
  #one: Wait | undefined;
  #more: Set<Wait> | undefined;

  add(wait: Wait): void {
    if (this.#one === undefined) this.#one = wait;
    else (this.#more ??= new Set()).add(wait);
  }

  remove(wait: Wait): void {
    if (this.#one === wait) this.#one = undefined;
    else this.#more?.delete(wait);
  }

  list(): Wait[] {
    return [...(this.#one === undefined ? [] : [this.#one]), ...(this.#more ?? [])];
  }

  /** Cancels what is awaited, for a scope: but not what hears of it by itself. */
  reach(message: string | undefined): void {
    if (this.#one !== undefined) reachOne(this.#one, message);
    if (this.#more !== undefined) for (const wait of this.#more) reachOne(wait, message);
  }

  /** Cancels what is awaited. False if nothing was reached: it is done already, or nothing of ours is awaited. */
  cancel(message: string | undefined): boolean {
    let reached = this.#one?.cancelAwaited(message) ?? false;
    if (this.#more !== undefined)
      for (const wait of this.#more) reached = wait.cancelAwaited(message) || reached;
    return reached;
  }
}

function reachOne(wait: Wait, message: string | undefined): void {
  if (!isCancelledByOwnScope(wait.awaited)) wait.cancelAwaited(message);
}
