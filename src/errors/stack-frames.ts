const LIBRARY: string = new URL('..', import.meta.url).href;

/** Whether a line of a stack trace is a call of this library. */
export function isLibraryFrame(line: string): boolean {
  return line.includes(LIBRARY);
}

/** Whether it is a call at all, and of the program: neither of this library nor of Node. */
export function isProgramFrame(line: string): boolean {
  return (
    /^ +at /.test(line) &&
    !line.includes('node:') &&
    // The `next` of a generator, say, which is V8's own.
    !line.endsWith('(<anonymous>)') &&
    !isLibraryFrame(line)
  );
}
