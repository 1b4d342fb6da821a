// An outside exchange on loopback: a real HTTP server that answers what Binance and KuCoin answer,
// with a price and a clock that a test sets, and the ways in which such servers fail.

import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures', 'feeds');

/** `hang`: takes the request and never answers. */
export type Manner = 'well' | 'limited' | 'broken' | 'hang' | 'garbage' | 'empty' | 'page' | 'gone';

type Answers = Readonly<Record<string, { readonly response: unknown }>>;

export class Venue {
  /** What it says the price is, the text as it goes over the wire. */
  price = '50000';
  /** Added to the exchange's clock, which else stands still. */
  clock = 1_795_338_084_341;
  manner: Manner = 'well';
  /** What it trades against USDT: one real answer, once for each of them. */
  bases: readonly string[] = ['BTC'];
  /** Paths with queries, in order. */
  readonly asked: string[] = [];
  private readonly answers: Answers;
  private readonly server: Server;

  private constructor(answers: Answers) {
    this.answers = answers;
    this.server = createServer((request, response) => this.answer(request, response));
  }

  static async open(exchange: 'binance' | 'kucoin'): Promise<Venue> {
    const text = readFileSync(join(FIXTURES, `${exchange}.json`), 'utf8');
    const venue = new Venue(JSON.parse(text) as Answers);
    await new Promise<void>((resolve) => venue.server.listen(0, '127.0.0.1', resolve));
    return venue;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => {
      this.server.close(() => resolve());
    });
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? '';
    this.asked.push(url);
    const found = this.answers[`GET ${url.split('?')[0]}`];
    response.setHeader('content-type', 'application/json');
    switch (this.manner) {
      case 'well':
        if (found === undefined) end(response, 404, '{}');
        else end(response, 200, this.answerTo(url, found.response));
        return;
      case 'limited':
        response.setHeader('retry-after', '1');
        end(response, 429, '{"code":-1003,"msg":"Too many requests."}');
        return;
      case 'broken':
        end(response, 500, '<html>Internal Server Error</html>');
        return;
      case 'garbage':
        end(response, 200, '\u0000\u001B[31m{"price":');
        return;
      case 'empty':
        end(response, 200, '{}');
        return;
      case 'page':
        response.setHeader('content-type', 'text/html');
        end(response, 200, '<!doctype html><title>Are you human?</title>');
        return;
      case 'gone':
        request.socket.destroy();
        return;
      case 'hang':
    }
  }

  private answerTo(url: string, answer: unknown): string {
    const asked = url.includes('symbols=') ? [answer] : answer; // Binance: of several a list
    return this.priced(asked, (list) =>
      list.flatMap((one) => {
        const json = JSON.stringify(one);
        if (!json.includes('"BTC')) return [one];
        return this.bases.map((base) => JSON.parse(json.replaceAll('BTC', base)) as unknown);
      }),
    );
  }

  /** The answer with the price and the time of now, every other digit as it was. */
  private priced(answer: unknown, several: (list: unknown[]) => unknown[]): string {
    return JSON.stringify(answer, (name, value: unknown) => {
      if (Array.isArray(value) && value.some((one) => typeof one === 'object')) {
        return several(value);
      }
      if (name === 'lastPrice' || name === 'last') return this.price;
      return name === 'closeTime' || name === 'time' ? this.clock : value;
    });
  }
}

function end(response: ServerResponse, status: number, body: string): void {
  response.statusCode = status;
  response.end(body);
}
