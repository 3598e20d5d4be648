import type { Measurement, Target } from './measurement.ts';
import { type Outcome, p50 } from './rounds.ts';

/** A figure with its unit, to three digits. */
export function figure(value: number, unit: Measurement['unit']): string {
  switch (unit) {
    case 'per second':
      if (value >= 1e6) return `${(value / 1e6).toFixed(2)} million/s`;
      return value >= 1e4 ? `${(value / 1e3).toFixed(0)} thousand/s` : `${value.toFixed(0)}/s`;
    case 'microseconds':
      return value >= 1000 ? `${(value / 1000).toFixed(2)} ms` : `${digits(value)} µs`;
    case 'milliseconds':
      return `${digits(value)} ms`;
    case 'kilobytes':
      return `${digits(value)} KB`;
  }
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** How the first contestant stands to another, in words that do not depend on the unit. */
function ratio(first: number, other: number, unit: Measurement['unit']): string {
  const faster = unit === 'per second' ? first / other : other / first;
  const what =
    unit === 'kilobytes' ? 'times the memory of the first' : 'times the speed of the first';
  const times = unit === 'kilobytes' ? other / first : 1 / faster;
  return `${times >= 0.095 ? times.toFixed(2) : times.toPrecision(2)} ${what}`;
}

/** Prints one measurement; returns the sentences on its targets that were missed. */
export function printTable(measurement: Measurement, outcomes: readonly Outcome[]): string[] {
  const { unit } = measurement;
  console.log(`\n${measurement.title}`);
  const width = Math.max(...outcomes.map(({ contestant }) => contestant.length));
  const first = p50(outcomes[0]?.figures ?? []);
  for (const { contestant, figures, skipped } of outcomes) {
    const name = `  ${contestant.padEnd(width)}`;
    if (skipped !== undefined) {
      console.log(`${name}  skipped (${skipped})`);
      continue;
    }
    const middle = p50(figures);
    const spread = `${figure(figures[0]!, unit)} to ${figure(figures.at(-1)!, unit)}`;
    const compared = contestant === outcomes[0]?.contestant ? '' : ratio(first, middle, unit);
    console.log(
      `${name}  ${figure(middle, unit).padStart(15)}  ${compared.padEnd(36)}  (${figures.length} rounds, ${spread})`,
    );
  }
  return (measurement.targets ?? []).flatMap((target) => judge(measurement, target, outcomes));
}

function judge(measurement: Measurement, target: Target, outcomes: readonly Outcome[]): string[] {
  const { unit } = measurement;
  const value = (name: string): number =>
    p50(outcomes.find(({ contestant }) => contestant === name)?.figures ?? []);
  const own = value(target.contestant);
  const base = target.against === undefined ? 1 : value(target.against);
  if (Number.isNaN(base)) {
    console.log(`  target not judged: ${target.against} was skipped`);
    return [];
  }
  const got = own / base;
  const reached = target.is === 'at least' ? got >= target.factor : got <= target.factor;
  const wanted =
    target.against === undefined
      ? `${target.is} ${figure(target.factor, unit)}, got ${figure(own, unit)}`
      : `${target.is} ${target.factor} times ${target.against}, got ${got.toFixed(2)} times`;
  const line = `${target.contestant}: ${wanted}`;
  console.log(`  target ${reached ? 'reached' : 'MISSED'}: ${line}`);
  return reached ? [] : [`${measurement.title}: ${line}`];
}
