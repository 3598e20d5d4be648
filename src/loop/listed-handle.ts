import { Handle } from './handle.ts';

/**
 * A handle that can stand in one doubly linked list: its links are fields of its own, because a set of a hundred
 * thousand costs more to fill than what it lists costs to run, and holds forty to eighty bytes for each. The list
 * holds it strongly.
 */
export abstract class ListedHandle extends Handle {
  #next: ListedHandle = this;
  #previous: ListedHandle = this;

  /** Whether it stands in a list. */
  get listed(): boolean {
    return this.#next !== this;
  }

  /** The one that follows in the list; at its end the list itself. */
  get next(): ListedHandle {
    return this.#next;
  }

  /** Adds it at the end of `list`, which is a `List`. It must be in none. */
  enlist(list: ListedHandle): void {
    const last = list.#previous;
    this.#previous = last;
    this.#next = list;
    last.#next = this;
    list.#previous = this;
  }

  /** Takes it out of its list, if it is in one. */
  leaveList(): void {
    this.#previous.#next = this.#next;
    this.#next.#previous = this.#previous;
    this.#next = this;
    this.#previous = this;
  }
}

/** A list's head, which makes a ring of it: so neither end is a special case. */
export class List<T extends ListedHandle> extends ListedHandle {
  override run(): void {}

  /** All that stand in the list, the first enlisted first. */
  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (let entry = this.next; entry !== this; entry = entry.next) yield entry as T;
  }
}
