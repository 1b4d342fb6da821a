// Runs the market maker against a running exchange:
// node examples/bot/run.ts --url http://127.0.0.1:4747 --token "$(cat plimsoll-data/token)"

import { parseArgs } from 'node:util';
import { PlimsollClient } from '../../src/client/client.ts';
import { runBot } from './market-maker.ts';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:4747' },
    token: { type: 'string' },
    market: { type: 'string', default: 'BTC-PERP' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '30' },
  },
});

const client = new PlimsollClient({ url: values.url, token: values.token });
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
try {
  const report = await runBot({
    client,
    market: values.market,
    seed: Number(values.seed),
    runMs: Number(values.seconds) * 1000,
    signal: stop.signal,
  });
  console.log(JSON.stringify(report));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  client.close();
}
