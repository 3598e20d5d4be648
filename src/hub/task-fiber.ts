import { GreenroomError } from '../errors/index.ts';
import { Fiber, mainFiber, reportStart } from '../greenlet/fiber.ts';
import type { Cancellable } from '../task/index.ts';
import { nextFiber } from './park.ts';

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
  /** What `currentTask()` is in it. */
  readonly task: Cancellable | undefined;

  constructor(job: Job, task?: Cancellable) {
    super(mainFiber);
    this.job = job;
    this.task = task;
  }

  override get subject(): object {
    return this.task ?? this.job;
  }

  execute(): Fiber {
    try {
      reportStart();
      if (this.interruption !== null) throw this.interruption.error;
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
    this.job.fail(
      new GreenroomError('ERR_TERMINATED', "The greenlet's script was terminated while it ran"),
    );
  }
}
