import { GreenroomError } from '../errors/index.ts';

/** Raised by `getNowait` when nothing is there. (asyncio's `QueueEmpty`.) */
export class QueueEmpty extends GreenroomError {
  constructor(message: string = 'The queue is empty; `get` waits for an item') {
    super('ERR_QUEUE_EMPTY', message);
  }
}

/** Raised by `putNowait` when there is no place. (asyncio's `QueueFull`.) */
export class QueueFull extends GreenroomError {
  constructor(message: string = 'The queue is full; `put` waits for a place') {
    super('ERR_QUEUE_FULL', message);
  }
}

/** Raised by a queue that was shut down: by every `put`, and by `get` when nothing is left. (asyncio's `QueueShutDown`.) */
export class QueueShutDown extends GreenroomError {
  constructor(message: string = 'The queue was shut down') {
    super('ERR_QUEUE_SHUT_DOWN', message);
  }
}
