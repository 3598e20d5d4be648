/**
 * Why code stands still, as reports show it: `main waits for a lock`. The list is closed, so that each kind of wait in
 * the library is named in one place. A future of a class that users define is called by its class.
 */
export type WaitReason =
  | 'a call on another thread'
  | 'a condition'
  | 'a lock'
  | 'a place in a queue'
  | 'a promise'
  | 'a semaphore'
  | 'a turn of the loop'
  | 'all of several to end'
  | 'the end of all work on a queue'
  | 'an event'
  | 'an item of a queue'
  | 'data to read'
  | 'room to write'
  | 'the first of several to end'
  | 'the others at a barrier'
  | 'the tasks of a group'
  | 'the next of several to end'
  | 'sleep(Infinity)'
  | `sleep(${number})`
  | `the end of ${string}`
  | `a ${Capitalize<string>}`;
