import { styleText } from 'node:util';

export type Activity = 'sleeps' | 'reads files' | 'runs a child process' | 'talks HTTP';

const LOOKS: Record<Activity, { letter: string; colour: 'blue' | 'green' | 'yellow' | 'magenta' }> =
  {
    sleeps: { letter: 's', colour: 'blue' },
    'reads files': { letter: 'f', colour: 'green' },
    'runs a child process': { letter: 'c', colour: 'yellow' },
    'talks HTTP': { letter: 'h', colour: 'magenta' },
  };

interface Span {
  readonly activity: Activity;
  readonly from: number;
  /** Infinity as long as it lasts. */
  to: number;
}

/** One greenlet's line in the picture. */
export class Row {
  readonly label: string;
  readonly spans: Span[] = [];
  /** What it has done so far, in a few words. */
  note = '';

  constructor(label: string) {
    this.label = label;
  }

  /** Records how long `wait`, a blocking call, takes. */
  during<T>(activity: Activity, wait: () => T): T {
    const span = { activity, from: performance.now(), to: Infinity };
    this.spans.push(span);
    try {
      return wait();
    } finally {
      span.to = performance.now();
    }
  }
}

/** What several greenlets waited for, over time: one row for each. */
export class Timeline {
  readonly rows: Row[] = [];
  readonly #start = performance.now();
  readonly #length: number;

  /** @param length how many milliseconds the picture shows */
  constructor(length: number) {
    this.#length = length;
  }

  row(label: string): Row {
    const row = new Row(label);
    this.rows.push(row);
    return row;
  }

  elapsed(): number {
    return performance.now() - this.#start;
  }

  /** All waits one after the other, in milliseconds: what the program would have taken without greenlets. */
  sumOfWaits(): number {
    const now = performance.now();
    return this.rows
      .flatMap((row) => row.spans)
      .reduce((sum, span) => sum + Math.min(span.to, now) - span.from, 0);
  }

  /** The picture, at most `columns` wide; in letters where there is no colour. */
  draw(columns: number, colour: boolean): string[] {
    const now = performance.now();
    const labels = Math.max(...this.rows.map((row) => row.label.length));
    const width = Math.max(8, Math.min(72, columns - labels - NOTE - MARGIN));
    // A busy machine takes longer: then the whole of it is shown, on a smaller scale.
    const length = Math.max(this.#length, this.elapsed());
    const scale: Scale = { start: this.#start, step: length / width, now, colour };
    const room = Math.max(0, columns - labels - width - MARGIN - 1);
    const lines = this.rows.map((row) => {
      const bar = Array.from({ length: width }, (_, column) => drawCell(row, column, scale));
      return `  ${row.label.padEnd(labels)} ${bar.join('')} ${row.note.slice(0, room)}`;
    });
    const end = `${(length / 1000).toFixed(length > this.#length ? 1 : 0)} s`;
    const axis = `  ${' '.repeat(labels)} 0${end.padStart(width - 1)}`;
    return [...lines, axis, ...drawLegend(columns, colour)];
  }
}

/** Columns beside the bar: its label stands in between, what it has done so far behind it. */
const MARGIN = 4;
const NOTE = 14;

/** From when to when a column lasts. */
interface Scale {
  readonly start: number;
  readonly step: number;
  readonly now: number;
  readonly colour: boolean;
}

function drawCell(row: Row, column: number, { start, step, now, colour }: Scale): string {
  const from = start + column * step;
  if (from > now) return ' ';
  // Of several in one column the shortest, or it would never be seen.
  const span = row.spans
    .filter((each) => each.from < from + step && Math.min(each.to, now) > from)
    .toSorted((left, right) => left.to - left.from - (right.to - right.from))[0];
  if (span === undefined) return colour ? styleText('dim', '·') : '.';
  const begins = span.from >= from;
  const { letter, colour: name } = LOOKS[span.activity];
  if (!colour) return begins ? letter.toUpperCase() : letter;
  return styleText(name, begins ? '▐' : '█');
}

/** As many lines as it takes. */
function drawLegend(columns: number, colour: boolean): string[] {
  const lines = [''];
  let used = 0;
  for (const [activity, look] of Object.entries(LOOKS)) {
    const entry = ` ${colour ? styleText(look.colour, '█') : look.letter} ${activity}`;
    const length = activity.length + 4;
    if (used > 0 && used + length > columns) {
      lines.push('');
      used = 0;
    }
    lines.push(`${lines.pop()!} ${entry}`);
    used += length;
  }
  return lines;
}
