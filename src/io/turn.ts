import { debugProbe, Handle, type Loop } from '../loop/index.ts';

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

  /**
   * From inside Node's poll for I/O: delivers on the spot, since nothing of the loop runs then, and what has been
   * requested before is not overtaken. In debug mode it takes a turn, where it is timed. An error of `deliver` is the
   * loop's, as from a turn.
   */
  take(): void {
    if (this.#queued || this.#loop.running || debugProbe !== null) {
      this.request();
      return;
    }
    try {
      this.#deliver();
    } catch (error) {
      this.#loop.callSoon(() => {
        throw error;
      });
    }
  }

  override run(): void {
    this.#queued = false;
    this.#deliver();
  }
}
