// What python-greenlet's reference says, as a state machine of a few lines a rule: no stacks, no switches. `model`
// goes through a program as `runProgram` does and returns the events that must be seen.

import type { Step } from './random-program.ts';

interface One {
  state: 'p' | 'a' | 'x';
  parent: number | null;
  runs: boolean;
}

type Letter = { values: unknown[] } | { error: string };

const NOTHING_TO_RUN: Letter = { error: 'nothing to run' };

export function model(steps: readonly Step[]): string[] {
  const events: string[] = [];
  const all: One[] = [{ state: 'a', parent: null, runs: true }];
  const at = (number: number): number => number % all.length;
  const one = (number: number): One => all[number]!;
  let current = 0;
  let cursor = 0;
  let spoiled = false;
  let traced = true;

  const isExit = (letter: Letter): boolean => 'error' in letter && letter.error.startsWith('exit');
  const pack = (values: unknown[]): unknown => (values.length < 2 ? values[0] : values);
  const show = (value: unknown): string =>
    typeof value === 'string' && /^(exit|error) /.test(value)
      ? value
      : (JSON.stringify(value) ?? 'undefined');
  const cannotStart = (number: number): boolean => one(number).state === 'p' && !one(number).runs;

  /** What the current one sends to `to`. */
  function send(to: number, letter: Letter): void {
    const [receiver, content] = one(to).state === 'x' ? heir(to, letter) : [to, letter];
    if (cannotStart(receiver)) receive(NOTHING_TO_RUN);
    else arrive(receiver, content);
  }

  /** Who gets the letter of a dead one, and what becomes of it. */
  function heir(dead: number, letter: Letter): [number, Letter] {
    let receiver = one(dead).parent!;
    while (one(receiver).state === 'x') receiver = one(receiver).parent!;
    if (!isExit(letter)) return [receiver, letter];
    const values = one(receiver).state === 'p' ? [] : [(letter as { error: string }).error];
    return [receiver, { values }];
  }

  function arrive(receiver: number, letter: Letter): void {
    if (traced) events.push(`${'error' in letter ? 'throw' : 'switch'} ${current} ${receiver}`);
    current = receiver;
    const fails = traced && spoiled;
    if (fails) traced = spoiled = false;
    const content = fails ? { error: 'error of the tracer' } : letter;
    if (one(receiver).state === 'a') receive(content);
    else {
      one(receiver).state = 'a';
      if ('error' in content) die(content);
      else events.push(`${receiver} starts with [${content.values.map(show).join(',')}]`);
    }
  }

  function receive(letter: Letter): void {
    if ('values' in letter) {
      events.push(`${current} gets ${show(pack(letter.values))}`);
      return;
    }
    events.push(`${current} catches ${letter.error}`);
    if (isExit(letter) && current !== 0) die(letter);
  }

  function die(letter: Letter): void {
    one(current).state = 'x';
    let [receiver, content] = heir(current, letter);
    while (cannotStart(receiver)) [receiver, content] = heir(receiver, NOTHING_TO_RUN);
    arrive(receiver, content);
  }

  function adopt(child: number, parent: number): void {
    let cyclic = child === 0;
    for (let up: number | null = parent; up !== null; up = one(up).parent) cyclic ||= up === child;
    if (cyclic) events.push('refused');
    else one(child).parent = parent;
  }

  function take(step: Step): void {
    switch (step.do) {
      case 'make': {
        const parent = step.parent === null ? current : at(step.parent);
        all.push({ state: 'p', parent, runs: step.runs });
        break;
      }
      case 'give':
        if (one(at(step.to)).state === 'p') one(at(step.to)).runs = true;
        else events.push('refused');
        break;
      case 'switch':
        send(at(step.to), { values: step.values });
        break;
      case 'throw':
        send(at(step.to), { error: `${step.exit ? 'exit' : 'error'} ${cursor}` });
        break;
      case 'adopt':
        adopt(at(step.child), at(step.parent));
        break;
      case 'return':
        if (current !== 0) die({ values: [`result of ${current}`] });
        break;
      case 'raise':
        if (current !== 0) die({ error: `${step.exit ? 'exit' : 'error'} ${cursor}` });
        break;
      case 'spoil':
        spoiled = true;
    }
  }

  /** Until the main one has nothing more to do. */
  function run(): void {
    for (;;) {
      const states = all.map(({ state, parent }) => `${state}${parent ?? ''}`);
      events.push(`${current} ${states.join(' ')}`);
      traced = true;
      const step = steps[cursor++];
      if (step !== undefined) take(step);
      else if (current === 0) return;
      else die({ values: ['no more'] });
    }
  }

  run();
  for (let number = 1; number < all.length; number++) {
    cursor = steps.length + number;
    traced = true;
    if (one(number).state !== 'a') continue;
    send(number, { error: `exit ${cursor}` });
    // It has died, and its result may have started others.
    drain();
  }
  return events;

  function drain(): void {
    while (current !== 0) {
      const states = all.map(({ state, parent }) => `${state}${parent ?? ''}`);
      events.push(`${current} ${states.join(' ')}`);
      traced = true;
      cursor++;
      die({ values: ['no more'] });
    }
  }
}
