import { checkFunction } from '../errors/index.ts';
import { Connections } from './connections.ts';
import { getDebug, originOf } from '../inspect/index.ts';
import type { EventLoop } from './event-loop.ts';
import {
  type ExceptionContext,
  type ExceptionHandler,
  formatExceptionContext,
  inContextOf,
} from './exception-handler.ts';

/** What an event loop does with errors that reach nobody else: a part of `EventLoop`, as `Connections` is. */
export abstract class ErrorReports extends Connections {
  #exceptionHandler: ExceptionHandler | undefined;

  /** Makes `handler(loop, context)` hear of errors that reach nobody else; undefined: they are printed again. */
  setExceptionHandler(handler: ExceptionHandler | undefined): void {
    if (handler !== undefined) checkFunction(handler, 'handler');
    this.#exceptionHandler = handler;
  }

  getExceptionHandler(): ExceptionHandler | undefined {
    return this.#exceptionHandler;
  }

  /** Prints the report on stderr. Handlers may call it for what they do not care for. */
  defaultExceptionHandler(context: ExceptionContext): void {
    console.error(formatExceptionContext(context));
  }

  /** Reports an error to the exception handler, and to the default one if that fails. It never throws. */
  callExceptionHandler(context: ExceptionContext): void {
    if (getDebug()) context = withOrigin(context);
    const handler = this.#exceptionHandler;
    if (handler === undefined) return this.defaultExceptionHandler(context);
    try {
      inContextOf(context, () => handler(this as ErrorReports as EventLoop, context));
    } catch (error) {
      this.defaultExceptionHandler({
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
