/**
 * What programs of nested timeouts, scopes and groups do, told by a small model: no tasks, no turns, no loop. A line of
 * control is followed along the time axis, all of whose events are known when it is entered; for a group, its tasks are
 * followed to where the first one fails, and then again with the cancellation that comes of it.
 *
 * All times in a program differ from each other and from each other's sums, so that no two events fall together.
 */
export type Program =
  | { readonly kind: 'sleep'; readonly ms: number }
  | { readonly kind: 'fail' }
  | { readonly kind: 'sequence'; readonly parts: readonly Program[] }
  | { readonly kind: 'swallow'; readonly body: Program }
  | { readonly kind: 'finally'; readonly body: Program; readonly cleanup: Program }
  | { readonly kind: 'timeout'; readonly ms: number; readonly body: Program }
  | {
      readonly kind: 'scope';
      readonly ms: number;
      readonly shield: boolean;
      readonly body: Program;
    }
  | { readonly kind: 'group'; readonly body: Program; readonly children: readonly Program[] };

/** How something ends: with a value, or with one of these errors; a group's is the list of its members. */
export type Outcome = 'ok' | 'cancelled' | 'timeout' | 'failed' | readonly Outcome[];

/** A request to cancel that will come at a time. */
interface Request {
  readonly at: number;
  fired: boolean;
}

interface Scope {
  readonly at: number;
  readonly shield: boolean;
}

/** A task, or a greenlet. */
interface Line {
  now: number;
  requests: Request[];
  /** Requests that came and were not taken back. */
  count: number;
  /** A request comes again with the next wait. */
  pending: boolean;
  /** From the outermost to the innermost. */
  scopes: readonly Scope[];
}

/** How a program ends that is cancelled at those times, when, and how many requests it got. */
export function predict(
  program: Program,
  cancels: readonly number[],
): { outcome: Outcome; at: number; requests: number } {
  const line = newLine(0, cancels, []);
  const outcome = runLine(program, line);
  return { outcome, at: line.now, requests: line.count };
}

function newLine(now: number, cancels: readonly number[], scopes: readonly Scope[]): Line {
  const requests = cancels.map((at) => ({ at, fired: false }));
  return { now, requests, count: 0, pending: false, scopes };
}

function runLine(program: Program, line: Line): Outcome {
  return ended(follow(program, line), line);
}

/** Nothing is left to raise a pending request in. */
function ended(outcome: Outcome, line: Line): Outcome {
  if (outcome !== 'ok' || !line.pending) return outcome;
  line.pending = false;
  return 'cancelled';
}

function follow(program: Program, line: Line): Outcome {
  switch (program.kind) {
    case 'sleep':
      return sleep(program.ms, line);
    case 'fail':
      return 'failed';
    case 'sequence':
      for (const part of program.parts) {
        const outcome = follow(part, line);
        if (outcome !== 'ok') return outcome;
      }
      return 'ok';
    case 'swallow':
      follow(program.body, line);
      return 'ok';
    case 'finally': {
      const outcome = follow(program.body, line);
      const cleanup = follow(program.cleanup, line);
      return cleanup === 'ok' ? outcome : cleanup;
    }
    case 'timeout':
      return timeout(program, line);
    case 'scope':
      return scope(program, line);
    case 'group':
      return group(program, line);
  }
}

/** The scopes that reach in, from the innermost outwards. */
function* reaching(scopes: readonly Scope[]): Generator<Scope> {
  for (const each of scopes.toReversed()) {
    yield each;
    if (each.shield) return;
  }
}

function cancelledBy(scopes: readonly Scope[], now: number): boolean {
  return reaching(scopes).some((each) => each.at <= now);
}

function fire(request: Request, line: Line): void {
  request.fired = true;
  line.count++;
}

/** The requests that come before `end`, the earliest first. */
function coming(line: Line, end: number): Request[] {
  return line.requests
    .filter((request) => !request.fired && request.at < end)
    .toSorted((one, other) => one.at - other.at);
}

function sleep(ms: number, line: Line): Outcome {
  if (line.pending) {
    line.pending = false;
    return 'cancelled';
  }
  if (cancelledBy(line.scopes, line.now)) return 'cancelled';
  const end = line.now + ms;
  const byScope = Math.min(...reaching(line.scopes).map((each) => each.at));
  const [request] = coming(line, Math.min(end, byScope));
  if (request !== undefined) {
    fire(request, line);
    line.now = request.at;
    return 'cancelled';
  }
  line.now = Math.min(end, byScope);
  return byScope < end ? 'cancelled' : 'ok';
}

/** Takes one request back. True if no other has come since there were `before`. */
function takeBack(line: Line, before: number, scopes: readonly Scope[]): boolean {
  line.count--;
  if (line.count <= before) line.pending = false;
  return line.count <= before && !cancelledBy(scopes, line.now);
}

function timeout(program: Extract<Program, { kind: 'timeout' }>, line: Line): Outcome {
  const before = line.count;
  const own = { at: line.now + program.ms, fired: false };
  line.requests.push(own);
  const outcome = follow(program.body, line);
  line.requests = line.requests.filter((request) => request !== own);
  const clean = own.fired && takeBack(line, before, line.scopes);
  if (clean && outcome === 'cancelled') return 'timeout';
  return outcome;
}

function scope(program: Extract<Program, { kind: 'scope' }>, line: Line): Outcome {
  const before = line.count;
  const around = line.scopes;
  const own = { at: line.now + program.ms, shield: program.shield };
  line.scopes = [...around, own];
  const outcome = follow(program.body, line);
  line.scopes = around;
  const visible = !own.shield && cancelledBy(around, line.now);
  const caught = own.at <= line.now && !visible && line.count <= before;
  if (outcome === 'cancelled' && caught) return 'ok';
  return outcome;
}

interface Ended {
  readonly outcome: Outcome;
  readonly at: number;
}

const isFailure = ({ outcome }: Ended): boolean => outcome !== 'ok' && outcome !== 'cancelled';

function group(program: Extract<Program, { kind: 'group' }>, line: Line): Outcome {
  const { scopes, count: before, now: start } = line;
  const children = (cancels: readonly number[]): Ended[] =>
    program.children.map((child) => {
      const own = newLine(start, cancels, scopes);
      const outcome = runLine(child, own);
      return { outcome, at: own.now };
    });
  const latest = (list: readonly Ended[], than: number): number =>
    Math.max(than, ...list.map(({ at }) => at));

  let ends = children([]);
  const firstFailure = Math.min(...ends.filter(isFailure).map(({ at }) => at));
  /** All hear of it from the scope. */
  const quiet = (at: number): boolean => cancelledBy(scopes, at);

  // The body, as if no task failed; and again if one does meanwhile.
  const request = { at: Infinity, fired: false };
  let copy = structuredClone(line);
  let body = follow(program.body, copy);
  const disturbed = firstFailure < copy.now && !quiet(firstFailure);
  if (disturbed) {
    copy = structuredClone(line);
    const own = { ...request, at: firstFailure };
    copy.requests.push(own);
    body = follow(program.body, copy);
    request.fired = own.fired;
    copy.requests = copy.requests.filter((each) => each !== own);
    // Requests are known by their times: the copies stand for those of the line.
  }
  for (const [i, each] of line.requests.entries()) each.fired = copy.requests[i]!.fired;
  line.now = copy.now;
  line.count = copy.count;
  line.pending = copy.pending;
  const bodyEnd = line.now;

  let cancellation = body === 'cancelled';
  let abortAt = bodyEnd;
  if (disturbed || firstFailure < bodyEnd) {
    abortAt = firstFailure;
  } else if (body === 'ok') {
    // Until all have ended, what comes first: a request, a scope, or a failure?
    const end = latest(ends, bodyEnd);
    const [byRequest] = coming(line, end);
    const byScope = Math.max(bodyEnd, Math.min(...reaching(scopes).map(({ at }) => at)));
    abortAt = Math.min(firstFailure, byRequest?.at ?? Infinity, byScope, end);
    if (line.pending && bodyEnd < end) {
      abortAt = bodyEnd;
    } else if (abortAt === byRequest?.at) {
      fire(byRequest, line);
      cancellation = true;
    } else if (abortAt === byScope && bodyEnd < end) {
      // Also if that is what ended them.
      cancellation = true;
    } else if (abortAt === firstFailure && !quiet(abortAt)) {
      request.fired = true;
      line.count++;
    }
  }
  if (!quiet(abortAt)) {
    const cancelled = children([abortAt]);
    ends = ends.map((each, i) => (each.at <= abortAt ? each : cancelled[i]!));
  }
  const end = latest(ends, bodyEnd);
  if (end > bodyEnd) {
    if (line.pending || reaching(scopes).some(({ at }) => at < end)) cancellation = true;
    line.pending = false;
  }
  for (const each of coming(line, end)) {
    fire(each, line);
    cancellation = true;
  }
  line.now = end;

  if (request.fired && takeBack(line, before, scopes)) cancellation = false;
  const failures = ends.filter(isFailure).map(({ outcome }) => outcome);
  if (body !== 'ok' && body !== 'cancelled') failures.push(body);
  if (failures.length > 0) {
    if (line.count > before) line.pending = true;
    return failures;
  }
  if (cancellation) return 'cancelled';
  return 'ok';
}
