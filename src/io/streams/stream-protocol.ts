import type { Loop } from '../../loop/index.ts';
import { FlowControl } from '../transport/flow-control.ts';
import type { Protocol } from '../transport/protocol.ts';
import type { StreamReader } from './stream-reader.ts';
import type { Transport } from '../transport/transport.ts';
import { Latch } from '../transport/latch.ts';

/** Between a transport and a pair of streams: asyncio's `StreamReaderProtocol`. */
export class StreamProtocol implements Protocol {
  readonly loop: Loop;
  readonly reader: StreamReader;
  readonly flow: FlowControl;
  /** Opened when the connection is closed. */
  readonly closed: Latch = new Latch('the end of a connection');
  readonly #onMade: ((transport: Transport) => void) | undefined;

  constructor(loop: Loop, reader: StreamReader, onMade?: (transport: Transport) => void) {
    this.loop = loop;
    this.reader = reader;
    this.flow = new FlowControl();
    this.#onMade = onMade;
  }

  /** Whether the connection came to a server. */
  get accepted(): boolean {
    return this.#onMade !== undefined;
  }

  connectionMade(transport: Transport): void {
    this.reader.setTransport(transport);
    this.#onMade?.(transport);
  }

  dataReceived(data: Buffer): void {
    this.reader.feedData(data);
  }

  eofReceived(): boolean {
    this.reader.feedEof();
    return true;
  }

  pauseWriting(): void {
    this.flow.pause();
  }

  resumeWriting(): void {
    this.flow.resume();
  }

  connectionLost(error: unknown): void {
    if (error === undefined) this.reader.feedEof();
    else this.reader.setException(error);
    this.closed.open(error);
    this.flow.lose(error);
  }
}
