// Producer and consumer take turns by `yield`: no threads, no locks.
import { coroutine, type Coroutine } from 'greenroom/coroutine';

const consumer = coroutine(function* (): Generator<string, void, number> {
  let reply = '';
  for (;;) {
    const n = yield reply;
    if (!n) return;
    console.log(`consumer ${n}`);
    reply = '200 OK';
  }
});

function produce(consume: Coroutine<string, void, number>): void {
  consume.next();
  for (let n = 1; n <= 3; n++) {
    console.log(`producer ${n}`);
    const reply = consume.send(n);
    console.log(`producer return ${reply}`);
    console.log();
  }
  consume.close();
}

produce(consumer());
