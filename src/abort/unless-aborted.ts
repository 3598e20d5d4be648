import { onAbort } from '../kernel/index.ts';

/** The outcome of `promise`, unless `signal` is aborted before: then its reason, and what the promise stands for goes on. */
export async function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return promise;
  const aborted = Promise.withResolvers<never>();
  const release = onAbort(signal, () => aborted.reject(signal.reason));
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    release();
  }
}
