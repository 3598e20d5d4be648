import assert from 'node:assert/strict';

/** The model of those who wait: who stands in line, who was called, and who need not wait at all. */
export class Line {
  readonly waiting: number[] = [];
  readonly called: Set<number> = new Set();
  readonly #now = new Set<number>();
  get idle(): boolean {
    return this.waiting.length === 0 && this.called.size === 0;
  }

  /** Somebody comes, and goes on at once if `now`. */
  arrives(id: number, now: boolean): void {
    if (now) this.#now.add(id);
    else this.waiting.push(id);
  }

  callOne(): boolean {
    const id = this.waiting.shift();
    if (id !== undefined) this.called.add(id);
    return id !== undefined;
  }

  callAll(): void {
    while (this.callOne());
  }

  /** Somebody goes on: it must have been its turn. */
  goesOn(id: number): void {
    assert.ok(this.#now.delete(id) || this.called.delete(id), `${id} goes on, out of turn`);
  }

  /** Somebody gives up. Returns whether it had been called. */
  givesUp(id: number): boolean {
    assert.ok(!this.#now.delete(id), `${id} had to wait, out of turn`);
    this.left(id);
    return this.called.delete(id);
  }

  /** Somebody who stands in line does not any more. */
  left(id: number): void {
    const index = this.waiting.indexOf(id);
    if (index >= 0) this.waiting.splice(index, 1);
  }
}
