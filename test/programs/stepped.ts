// The debugger's pauses and steps belong to the greenlet that they were made in.

import assert from 'node:assert/strict';

import { Greenlet } from '../../src/public/greenlet.ts';
import { post, session } from './inspector-session.ts';

post('Debugger.enable');

// Several greenlets run the same function, and one of them is stepped through: the others pass the same lines, and
// are not stopped there.
function serve(id: number, stopHere: boolean): number {
  // oxlint-disable-next-line no-debugger
  if (stopHere) debugger;
  let served = id * 10;
  Greenlet.main.switch();
  served++;
  Greenlet.main.switch();
  served++;
  return served;
}
function stepThrough(command: string): string[] {
  const stops: string[] = [];
  const onPaused = ({ params }: { params: { callFrames: any[] } }): void => {
    const [frame] = params.callFrames;
    if (frame.functionName !== 'serve') {
      post('Debugger.stepOut');
      return;
    }
    const { result } = post('Debugger.evaluateOnCallFrame', {
      callFrameId: frame.callFrameId,
      expression: 'id',
    });
    stops.push(`${result.value}`);
    post(command);
  };
  session.on('Debugger.paused', onPaused);
  const [stepped, ...others] = [1, 2, 3].map((id) => new Greenlet(() => serve(id, id === 1))) as [
    Greenlet,
    ...Greenlet[],
  ];
  for (const other of others) other.switch();
  stepped.switch();
  for (const other of others) other.switch();
  stepped.switch();
  for (const other of others) assert.ok((other.switch() as number) > 20);
  assert.equal(stepped.switch(), 12);
  session.off('Debugger.paused', onPaused);
  return stops;
}
for (const command of ['Debugger.stepOver', 'Debugger.stepInto']) {
  const stops = stepThrough(command);
  // In each of its lines, those between which it was parked, too.
  assert.ok(stops.length >= 6, `${command}: ${stops.length} stops`);
  assert.deepEqual(new Set(stops), new Set(['1']), command);
}

// A greenlet is parked while it is paused. What is asked of the debugger on another stack concerns no frame there.
for (const command of ['stepOver', 'stepInto', 'stepOut']) {
  for (const askers of ['main', 'greenlet']) {
    const order: string[] = [];
    session.once('Debugger.paused', () => {
      order.push('paused');
      Greenlet.main.switch();
      order.push('back');
    });
    const paused = new Greenlet(() => {
      let value = 1;
      // oxlint-disable-next-line no-debugger
      debugger;
      value++;
      return value;
    });
    paused.switch();
    const ask = (): void => {
      post(`Debugger.${command}`);
      order.push('asked');
    };
    if (askers === 'main') ask();
    else new Greenlet(ask).switch();
    order.push(String(new Greenlet(() => 'other').switch()));
    order.push(String(paused.switch()));
    assert.deepEqual(order, ['paused', 'asked', 'other', 'back', '2'], `${command}, ${askers}`);
  }
}
console.log('ok');
process.exit();
