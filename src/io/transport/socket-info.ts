import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ExtraInfo } from './transport.ts';

/** What a socket tells of itself for `getExtraInfo`; names and pipes are the transport's to know. */
export function socketInfo<K extends keyof ExtraInfo>(
  socket: Socket,
  name: K,
): ExtraInfo[K] | undefined {
  const info = (): unknown => {
    if (name === 'socket') return socket;
    if (!(socket instanceof TLSSocket)) return undefined;
    if (name === 'sslObject') return socket;
    if (name === 'peercert') return socket.getPeerCertificate();
    return name === 'cipher' ? socket.getCipher() : undefined;
  };
  return info() as ExtraInfo[K] | undefined;
}
