import { Handle, type Loop } from '../loop/index.ts';

/** Calls `deliver` in a turn of the loop, once for however many requests came before it. */
export class Turn extends Handle {
  readonly #loop: Loop;
  readonly #deliver: () => void;
  #queued = false;

  constructor(loop: Loop, deliver: () => void) {
    super();
    this.#loop = loop;
    this.#deliver = deliver;
  }

  request(): void {
    if (this.#queued) return;
    this.#queued = true;
    this.#loop.enqueue(this);
  }

  override run(): void {
    this.#queued = false;
    this.#deliver();
  }
}
