// What python-greenlet's reference says, as a state machine of twenty lines a rule: no stacks, no switches. `model`
// goes through a program as `runProgram` does and returns the events that must be seen.

import type { Step } from './random-program.ts';

interface One {
  state: 'p' | 'a' | 'x';
  parent: number | null;
}

type Letter = { values: unknown[] } | { error: string };

export function model(steps: readonly Step[]): string[] {
  const events: string[] = [];
  const all: One[] = [{ state: 'a', parent: null }];
  const at = (number: number): number => number % all.length;
  const one = (number: number): One => all[number]!;
  let current = 0;
  let cursor = 0;

  const isExit = (letter: Letter): boolean => 'error' in letter && letter.error.startsWith('exit');
  const pack = (values: unknown[]): unknown => (values.length < 2 ? values[0] : values);
  const show = (value: unknown): string =>
    typeof value === 'string' && /^(exit|error) /.test(value)
      ? value
      : (JSON.stringify(value) ?? 'undefined');

  /** Gives a letter to `to`, or to whoever stands in for it, who goes on with it. */
  function deliver(to: number, letter: Letter, kind: string): void {
    let receiver = to;
    let content = letter;
    while (one(receiver).state !== 'a') {
      if (one(receiver).state === 'p' && 'values' in content) break;
      one(receiver).state = 'x';
      if (isExit(content)) content = { values: [(content as { error: string }).error] };
      receiver = one(receiver).parent!;
    }
    if (receiver !== current) events.push(`${kind} ${current} ${receiver}`);
    current = receiver;
    if (one(receiver).state === 'p') {
      one(receiver).state = 'a';
      const { values } = content as { values: unknown[] };
      events.push(`${receiver} starts with [${values.map(show).join(',')}]`);
    } else if ('values' in content) {
      events.push(`${receiver} gets ${show(pack(content.values))}`);
    } else {
      events.push(`${receiver} catches ${content.error}`);
      if (isExit(content) && receiver !== 0) die(content);
    }
  }

  function die(letter: Letter): void {
    const dead = one(current);
    dead.state = 'x';
    const outcome = isExit(letter) ? { values: [(letter as { error: string }).error] } : letter;
    deliver(dead.parent!, outcome, 'switch');
  }

  function adopt(child: number, parent: number): void {
    let cyclic = child === 0;
    for (let up: number | null = parent; up !== null; up = one(up).parent) cyclic ||= up === child;
    if (cyclic) events.push('refused');
    else one(child).parent = parent;
  }

  function take(step: Step): void {
    switch (step.do) {
      case 'make':
        all.push({ state: 'p', parent: step.parent === null ? current : at(step.parent) });
        break;
      case 'switch':
        deliver(at(step.to), { values: step.values }, 'switch');
        break;
      case 'throw':
        deliver(at(step.to), { error: `${step.exit ? 'exit' : 'error'} ${cursor}` }, 'throw');
        break;
      case 'adopt':
        adopt(at(step.child), at(step.parent));
        break;
      case 'return':
        if (current !== 0) die({ values: [`result of ${current}`] });
        break;
      case 'raise':
        if (current !== 0) die({ error: `${step.exit ? 'exit' : 'error'} ${cursor}` });
    }
  }

  /** Until the main one has nothing more to do. */
  function run(): void {
    for (;;) {
      events.push(
        `${current} ${all.map(({ state, parent }) => `${state}${parent ?? ''}`).join(' ')}`,
      );
      const step = steps[cursor++];
      if (step !== undefined) take(step);
      else if (current === 0) return;
      else die({ values: ['no more'] });
    }
  }

  run();
  for (let number = 1; number < all.length; number++) {
    cursor = steps.length + number;
    if (one(number).state !== 'a') continue;
    deliver(number, { error: `exit ${cursor}` }, 'throw');
    // It has died, and so have those that its result went to.
    if (current !== 0) drain();
  }
  return events;

  function drain(): void {
    while (current !== 0) {
      events.push(
        `${current} ${all.map(({ state, parent }) => `${state}${parent ?? ''}`).join(' ')}`,
      );
      cursor++;
      die({ values: ['no more'] });
    }
  }
}
