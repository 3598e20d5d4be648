// greenroom run examples/chat.ts
//
// A chat over TCP. The server is a generator; of the three members one yields, one awaits, and one blocks. They all
// use the same streams, on one loop and one thread.

import { spawn, wait } from 'greenroom';
import {
  createTask,
  openConnection,
  startServer,
  type StreamReader,
  type StreamWriter,
} from 'greenroom/asyncio';

const HOST = '127.0.0.1';
const members = new Map<string, StreamWriter>();

function tellAll(line: string): void {
  for (const writer of members.values()) writer.write(line);
}

function* serve(reader: StreamReader, writer: StreamWriter): Generator<unknown, void, unknown> {
  const name = String(yield* reader.readline()).trim();
  members.set(name, writer);
  tellAll(`${name} comes in\n`);
  try {
    for (let line; (line = yield* reader.readline()).length > 0;) {
      tellAll(`${name}: ${String(line)}`);
      yield* writer.drain();
    }
  } finally {
    members.delete(name);
    writer.close();
  }
}

/** What a member answers to what it hears. */
type Answers = Readonly<Record<string, string>>;

const LAST_WORDS = 'ada: Then we are complete.';

function* ada(port: number, answers: Answers): Generator<unknown, string[], unknown> {
  const [reader, writer] = yield* openConnection(HOST, port);
  const heard: string[] = [];
  writer.write('ada\n');
  while (heard.at(-1) !== LAST_WORDS) {
    const line = String(yield* reader.readline()).trim();
    heard.push(line);
    if (line in answers) writer.write(`${answers[line]}\n`);
  }
  writer.close();
  yield* writer.waitClosed();
  return heard;
}

async function ben(port: number, answers: Answers): Promise<void> {
  const [reader, writer] = await openConnection(HOST, port);
  writer.write('ben\n');
  for await (const bytes of reader) {
    const line = String(bytes).trim();
    if (line === LAST_WORDS) break;
    if (line in answers) writer.write(`${answers[line]}\n`);
  }
  writer.close();
  await writer.waitClosed();
}

function cid(port: number, answers: Answers): void {
  const [reader, writer] = wait(openConnection(HOST, port));
  writer.write('cid\n');
  for (let line = ''; line !== LAST_WORDS; line = String(wait(reader.readline())).trim()) {
    if (line in answers) writer.write(`${answers[line]}\n`);
  }
  writer.close();
  wait(writer.waitClosed());
}

const server = wait(startServer(serve, HOST, 0));
const port = server.port;
const first = createTask(
  ada(port, {
    'cid comes in': 'Who is there?',
    'cid: Cid, and I block.': 'Then we are complete.',
  }),
);
while (!members.has('ada')) wait(new Promise(setImmediate));
const second = createTask(() => ben(port, { 'ada: Who is there?': 'Ben, and I await.' }));
while (!members.has('ben')) wait(new Promise(setImmediate));
const third = spawn(cid, port, { 'ben: Ben, and I await.': 'Cid, and I block.' });

for (const line of wait(first)) console.log(line);
wait(second);
third.get();
server.close();
wait(server.waitClosed());
