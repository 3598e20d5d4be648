import { Handle } from './handle.ts';

/**
 * A handle that can stand in one doubly linked list: its links are fields of its own, because a set of a hundred
 * thousand costs more to fill than what it lists costs to run, and holds forty to eighty bytes for each. The list
 * holds it strongly.
 */
export abstract class ListedHandle extends Handle {
  declare private _next: ListedHandle;
  declare private _previous: ListedHandle;

  constructor(kind?: number) {
    super(kind);
    this._next = this;
    this._previous = this;
  }

  /** Whether it stands in a list. */
  get listed(): boolean {
    return this._next !== this;
  }

  /** The one that follows in the list; at its end the list itself. */
  get next(): ListedHandle {
    return this._next;
  }

  /** Adds it at the end of `list`, which is a `List`. It must be in none. */
  enlist(list: ListedHandle): void {
    const last = list._previous;
    this._previous = last;
    this._next = list;
    last._next = this;
    list._previous = this;
  }

  /** Takes it out of its list, if it is in one. */
  leaveList(): void {
    this._previous._next = this._next;
    this._next._previous = this._previous;
    this._next = this;
    this._previous = this;
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
