import type { Measurement, Target } from './measurement.ts';
import { type Outcome, p50, timesOf } from './rounds.ts';

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

/** How a contestant stands to the first one, in words that do not depend on the unit. */
function compared(own: Outcome, first: Outcome, unit: Measurement['unit']): string {
  const what =
    unit === 'kilobytes' ? 'times the memory of the first' : 'times the speed of the first';
  const more = unit === 'per second' || unit === 'kilobytes';
  const times = more ? timesOf(own, first) : timesOf(first, own);
  if (own === first || Number.isNaN(times)) return '';
  return `${times >= 0.095 ? times.toFixed(2) : times.toPrecision(2)} ${what}`;
}

/** Prints one measurement; returns the sentences on its targets that were missed. */
export function printTable(measurement: Measurement, outcomes: readonly Outcome[]): string[] {
  const { unit } = measurement;
  console.log(`\n${measurement.title}`);
  const width = Math.max(...outcomes.map(({ contestant }) => contestant.length));
  for (const outcome of outcomes) {
    const { contestant, figures, skipped } = outcome;
    const name = `  ${contestant.padEnd(width)}`;
    if (skipped !== undefined) {
      console.log(`${name}  skipped (${skipped})`);
      continue;
    }
    const middle = figure(p50(figures), unit).padStart(15);
    const spread = `${figure(Math.min(...figures), unit)} to ${figure(Math.max(...figures), unit)}`;
    const times = compared(outcome, outcomes[0]!, unit);
    console.log(`${name}  ${middle}  ${times.padEnd(36)}  (${figures.length} rounds, ${spread})`);
  }
  return (measurement.targets ?? []).flatMap((target) => judge(measurement, target, outcomes));
}

function judge(measurement: Measurement, target: Target, outcomes: readonly Outcome[]): string[] {
  const { unit } = measurement;
  const named = (name: string): Outcome => outcomes.find((one) => one.contestant === name)!;
  const own = named(target.contestant);
  const got = target.against === undefined ? p50(own.figures) : timesOf(own, named(target.against));
  if (Number.isNaN(got)) {
    const skipped = own.skipped === undefined ? target.against : target.contestant;
    console.log(`  target not judged: ${skipped} was skipped`);
    return [];
  }
  const reached = target.is === 'at least' ? got >= target.factor : got <= target.factor;
  const wanted =
    target.against === undefined
      ? `${target.is} ${figure(target.factor, unit)}, got ${figure(got, unit)}`
      : `${target.is} ${target.factor} times ${target.against}, got ${got.toFixed(2)} times`;
  const line = `${target.contestant}: ${wanted}`;
  console.log(`  target ${reached ? 'reached' : 'MISSED'}: ${line}`);
  return reached ? [] : [`${measurement.title}: ${line}`];
}
