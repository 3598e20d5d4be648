/** Of what the command itself uses, not the program: `require()` of ES modules, and type stripping done by hand. */
const OURS = /using require\(\)|Module in require|stripTypeScriptTypes/;

/** Keeps back the warnings, on older Nodes, that are not about anything the program wrote. */
export function keepOwnWarningsBack(): void {
  const { emitWarning } = process;
  const filter = (warning: string | Error, ...rest: unknown[]): void => {
    const text = typeof warning === 'string' ? warning : warning.message;
    if (rest[0] === 'ExperimentalWarning' && OURS.test(text)) return;
    Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  process.emitWarning = filter;
}
