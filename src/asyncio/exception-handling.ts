import { checkFunction } from '../errors/index.ts';
import { getDebug, originOf } from '../inspect/index.ts';
import type { EventLoop } from './event-loop.ts';
import {
  type ExceptionContext,
  type ExceptionHandler,
  formatExceptionContext,
  inContextOf,
} from './exception-handler.ts';

/** What an event loop does with errors that reach nobody else. */
export class ExceptionHandling {
  readonly #eventLoop: EventLoop;
  #handler: ExceptionHandler | undefined;

  constructor(eventLoop: EventLoop) {
    this.#eventLoop = eventLoop;
  }

  get handler(): ExceptionHandler | undefined {
    return this.#handler;
  }

  set handler(handler: ExceptionHandler | undefined) {
    if (handler !== undefined) checkFunction(handler, 'handler');
    this.#handler = handler;
  }

  /** Prints the report on stderr. */
  print(context: ExceptionContext): void {
    console.error(formatExceptionContext(context));
  }

  /** Calls the handler, and the loop's default one if there is none, or if it fails. Never throws. */
  handle(context: ExceptionContext): void {
    const eventLoop = this.#eventLoop;
    if (getDebug()) context = withOrigin(context);
    const handler = this.#handler;
    if (handler === undefined) return eventLoop.defaultExceptionHandler(context);
    try {
      inContextOf(context, () => handler(eventLoop, context));
    } catch (error) {
      eventLoop.defaultExceptionHandler({
        message: 'Unhandled error in exception handler',
        exception: error,
        context: context.message,
      });
    }
  }
}

function withOrigin(context: ExceptionContext): ExceptionContext {
  const thing = context.handle ?? context.future ?? context.task;
  if (context.madeAt !== undefined || thing === undefined) return context;
  return { ...context, madeAt: originOf(thing) };
}
