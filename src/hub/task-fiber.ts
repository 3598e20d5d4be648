import {
  Fiber,
  isExiting,
  mainFiber,
  nextFiber,
  type Owner,
  reportStart,
} from '../kernel/index.ts';
import { GreenroomError } from '../errors/index.ts';

/** What the fiber runs, and who is told of how that went. */
export interface Job {
  readonly name: string;
  call(): unknown;
  finish(value: unknown): void;
  fail(error: unknown): void;
}

/** The fiber of a spawned greenlet: it tells its job how that ended, and its stack goes on with whoever is ready. */
export class TaskFiber extends Fiber {
  readonly job: Job;

  /** `owner` is what `currentTask()` is in it. */
  constructor(job: Job, owner?: Owner) {
    super(mainFiber, owner);
    this.job = job;
  }

  override get subject(): object {
    return this.owner ?? this.job;
  }

  execute(): Fiber {
    try {
      reportStart();
      if (this.interruption !== null) throw this.interruption.error;
      const cancellation = this.owner?.takeCancellation();
      if (cancellation !== undefined) throw cancellation;
      this.job.finish(this.job.call());
    } catch (error) {
      this.job.fail(error);
    }
    return nextFiber();
  }

  override unstartable(error: unknown): void {
    this.state = 'dead';
    this.job.fail(error);
  }

  override terminated(): void {
    // `process.exit()` in a Worker ends its script; nothing has failed then.
    if (isExiting()) return;
    this.job.fail(
      new GreenroomError('ERR_TERMINATED', "The greenlet's script was terminated while it ran"),
    );
  }
}
