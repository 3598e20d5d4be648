/**
 * Reports what ended the program as Node does: to the listeners of
 * 'uncaughtException', else on stderr with the line of the source; exit code 1.
 */
export function reportUncaught(error: unknown): void {
  const heard =
    process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection') > 0;
  if (heard || !(error instanceof Error)) {
    setImmediate(() => {
      throw error;
    });
    return;
  }
  // Of a rejection Node shows the line where the error was made; of an error
  // that is thrown again it would show the line above.
  void Promise.reject(error);
}
