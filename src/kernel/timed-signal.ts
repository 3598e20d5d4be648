/**
 * Whether a signal aborts by itself at a time. The timer of `AbortSignal.timeout()` does not keep the process alive, so
 * a wait that only such a signal will end looks like a deadlock. Node tells these signals by symbols that are internal:
 * one on the signals themselves, one on those of `AbortSignal.any()` for the signals they are made of. Where a Node has
 * no such symbols, a wait with a timed signal keeps the process alive no more than one without.
 */

/** Found once somebody waits with a signal. */
let symbols: { readonly timed: symbol | undefined; readonly sources: symbol | undefined } | null =
  null;

export function isTimed(signal: AbortSignal): boolean {
  symbols ??= findSymbols();
  const { timed, sources } = symbols;
  const fields = signal as unknown as Record<symbol, unknown>;
  if (timed !== undefined && fields[timed] === true) return true;
  return sources !== undefined && sourcesIn(fields[sources]).some(isTimed);
}

/** Node's own sets and weak references are of classes of their own, which differ between versions. */
function sourcesIn(field: unknown): AbortSignal[] {
  const set = field as Iterable<{ deref?(): unknown }> | undefined;
  if (typeof set !== 'object' || typeof set[Symbol.iterator] !== 'function') return [];
  return [...set].map((ref) => ref.deref?.()).filter((source) => source instanceof AbortSignal);
}

function findSymbols(): { timed: symbol | undefined; sources: symbol | undefined } {
  const plain = new AbortController().signal;
  const known = new Set(Object.getOwnPropertySymbols(plain));
  const added = (signal: AbortSignal): symbol[] =>
    Object.getOwnPropertySymbols(signal).filter((symbol) => !known.has(symbol));
  const timer = AbortSignal.timeout(1);
  const fields = timer as unknown as Record<symbol, unknown>;
  const composite = AbortSignal.any([plain]) as unknown as Record<symbol, unknown>;
  return {
    timed: [...added(timer), ...known].find(
      (symbol) =>
        fields[symbol] === true && (plain as unknown as Record<symbol, unknown>)[symbol] !== true,
    ),
    sources: Object.getOwnPropertySymbols(composite).find((symbol) =>
      sourcesIn(composite[symbol]).includes(plain),
    ),
  };
}
