// Where the server listens: loopback unless credentials are configured, and the next free port when
// the wanted one is taken.

import { isIPv6 } from 'node:net';
import type { Server } from '../api/server.ts';

export const PORT_DEFAULT = 4747;

/** Ports that are tried after the wanted one. */
const PORTS_TRIED = 20;
const PORT_LAST = 65_535;

export interface Listening {
  readonly host: string;
  readonly port: number;
  /** The wanted port was taken. */
  readonly moved: boolean;
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/** @throws Error when no port is free */
export async function listenOn(app: Server, host: string, wanted: number): Promise<Listening> {
  const last = wanted === 0 ? 0 : Math.min(wanted + PORTS_TRIED, PORT_LAST);
  for (let port = wanted; port <= last; port += 1) {
    try {
      await app.listen({ host, port });
      const address = app.server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      return { host, port: bound, moved: port !== wanted };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || port === last) throw error;
    }
  }
  throw new Error(`no port from ${wanted} to ${last} is free`);
}

/** The names under which a browser on this machine, or a configured one, may reach the server. */
export function hostNames({ host, port }: Listening, more: readonly string[]): Set<string> {
  const own = isIPv6(host) ? `[${host}]` : host;
  const names = [own, 'localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${port}`);
  return new Set([...names, ...more].map((name) => name.toLowerCase()));
}
