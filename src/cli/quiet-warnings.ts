import { findOwnWarning } from '../node-internals/index.ts';

/** Keeps back the warnings, on older Nodes, that are not about anything the program wrote. */
export function keepOwnWarningsBack(): void {
  const { emitWarning } = process;
  const filter = (warning: string | Error, ...rest: unknown[]): void => {
    const text = typeof warning === 'string' ? warning : warning.message;
    if (rest[0] === 'ExperimentalWarning' && findOwnWarning(text) !== undefined) return;
    Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  process.emitWarning = filter;
}
