/** How a queue keeps its items, which says which of them is next. (asyncio's hooks `_init`, `_put` and `_get`.) */
export interface ItemStore<T> {
  /** How many there are. */
  readonly length: number;
  add(item: T): void;
  /** Takes out the next. Only called while there are some. */
  take(): T;
}
