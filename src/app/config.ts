// The one configuration file, plimsoll.json: what may be set, its defaults, and its published
// schema. An unknown or impossible setting is refused with its name; nothing is guessed.

import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { marketSymbol } from '../contract/atoms.ts';
import { isAddress } from '../brokers/drift/address.ts';
import { DRIFT_V2 } from '../brokers/drift/settings.ts';
import { createAssetBody } from '../contract/operations/create-asset.ts';
import { createMarketBody } from '../contract/operations/create-market.ts';
import { PORT_DEFAULT } from './listen.ts';
import { NotJson, parseStrictJson } from '../contract/strict-json.ts';

const rate = z.strictObject({
  per_second: z.number().positive().max(1_000_000).describe('How fast it refills.'),
  burst: z.int().min(1).max(1_000_000).describe('The most at once.'),
});

const whole = (most: number): z.ZodInt => z.int().min(1).max(most);

const limits = z.strictObject({
  body_bytes: whole(1_048_576)
    .optional()
    .default(65_536)
    .describe('The largest body of a request.'),
  rates: z
    .strictObject({
      read: rate
        .optional()
        .default({ per_second: 50, burst: 200 })
        .describe('Questions of a caller.'),
      trade: rate
        .optional()
        .default({ per_second: 50, burst: 100 })
        .describe('Orders and other changes of a caller.'),
      cancel: rate
        .optional()
        .default({ per_second: 100, burst: 200 })
        .describe('Cancels, and orders that can only reduce.'),
    })
    .prefault({}),
  accounts: whole(2 ** 21)
    .optional()
    .describe('Most accounts; left out: 2,097,152.'),
  orders: whole(2 ** 21)
    .optional()
    .describe('Most open orders of all; left out: 2,097,152.'),
  open_orders_per_market: whole(10_000)
    .optional()
    .describe('Most open orders of an account in a market; left out: 200.'),
  remembered_ids_per_account: whole(65_536)
    .optional()
    .describe('Commands of an account that are known again; left out: 1,024.'),
  snapshot_every: whole(100_000_000)
    .optional()
    .describe('Commands between two snapshots; left out: 250,000.'),
});

const days = z.number().positive().max(36_500);

const history = z.strictObject({
  url: z
    .string()
    .min(1)
    .max(2_000)
    .regex(/^(?:postgres(?:ql)?:\/\/|sqlite:|(?!\w+:\/\/))/, 'is postgres://… or a file')
    .optional()
    .describe('postgres://… or a SQLite file; left out: history.sqlite in the data directory.'),
  retention: z
    .strictObject({
      megabytes: z
        .number()
        .positive()
        .max(1e9)
        .optional()
        .describe('Rows beyond it go, oldest first.'),
      days: days.optional().describe('Rows that are older go.'),
      fine_days: days.optional().describe('Marks and candles of a second; a minute’s 30 times.'),
    })
    .optional()
    .describe('Left out: everything is kept, in the demo 80 MB of rows.'),
});

const feed = z.strictObject({
  feed: z
    .string()
    .min(3)
    .max(1_000)
    .describe('`sim`, `replay:FILE` or `ccxt:EXCHANGE`, as for `--feed`.'),
  symbols: z
    .record(marketSymbol, z.string().max(64))
    .optional()
    .describe(
      'What prices a market: for ccxt `BTC/USDT`; for replay a symbol of the file, "" where it has ' +
        'none; for sim the price to start from. Left out: every market, by its own name.',
    ),
  url: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .optional()
    .describe('For ccxt: scheme and host to ask instead of the exchange’s own, such as a proxy.'),
  every_ms: z
    .int()
    .min(100)
    .max(600_000)
    .optional()
    .default(1_000)
    .describe('For ccxt: pause between two questions; doubled after a failure, up to a minute.'),
  timeout_ms: z
    .int()
    .min(100)
    .max(120_000)
    .optional()
    .default(5_000)
    .describe('For ccxt: how long one request may take.'),
  stale_after_ms: z
    .int()
    .min(1_000)
    .max(86_400_000)
    .optional()
    .default(15_000)
    .describe('A price that was not renewed for so long is not used.'),
  speed: z
    .number()
    .positive()
    .max(1_000_000)
    .optional()
    .default(1)
    .describe('For replay: seconds of the file in one second.'),
  at_end: z
    .enum(['hold', 'loop'])
    .optional()
    .default('hold')
    .describe('For replay: the last prices stay, or the file begins again.'),
});

export type FeedConfig = z.output<typeof feed>;

/** The settings of a feed of which only the name is given. */
export const plainFeed = (name: string): FeedConfig => feed.parse({ feed: name });

const age = z.int().min(1).max(86_400_000);

const address = z
  .string()
  .refine(
    isAddress,
    'is no address: 32 bytes in base 58, as dRiftyHA39MWEi3m9aunc5MzRF1JYuBsbn6VPcn33UH',
  );

const marketNumbers = z.union([z.literal('all'), z.array(z.int().min(0).max(65_535)).max(512)]);

const drift = z.strictObject({
  rpc: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('JSON-RPC of a Solana node; left out: no node is asked.'),
  program_id: address.optional().default(DRIFT_V2.programId).describe('Owns markets and users.'),
  pyth_programs: z
    .array(address)
    .max(8)
    .optional()
    .default([...DRIFT_V2.pythPrograms])
    .describe('Programs that may own a pulled Pyth price.'),
  settlement_asset: z
    .string()
    .min(1)
    .max(32)
    .optional()
    .default(DRIFT_V2.settlementAsset)
    .describe('Name of spot market 0, in which all figures are.'),
  high_leverage_mode: z
    .boolean()
    .optional()
    .default(DRIFT_V2.hasHighLeverageMode)
    .describe('Whether the program has one.'),
  perp_markets: marketNumbers
    .optional()
    .default('all')
    .describe('Numbers of perp markets, or "all".'),
  spot_markets: marketNumbers.optional().default([]).describe('Beside those that accounts touch.'),
  users: z
    .array(address)
    .max(64)
    .optional()
    .default([])
    .describe('Accounts that are kept in view.'),
  refresh_ms: z
    .int()
    .min(100)
    .max(3_600_000)
    .optional()
    .default(5_000)
    .describe('Between two looks at the accounts in view.'),
  timeout_ms: z.int().min(1).max(120_000).optional().default(10_000).describe('For one question.'),
  attempts: z.int().min(1).max(10).optional().default(3).describe('The first one included.'),
  snapshot_age_ms: age.optional().default(DRIFT_V2.snapshotAgeMsMax).describe('Older is stale.'),
  price_age_slots: age.optional().default(DRIFT_V2.priceAgeSlotsMax).describe('Older is stale.'),
  price_age_ms: age
    .optional()
    .default(DRIFT_V2.priceAgeMsMax)
    .describe('Likewise, where only the time of a price is known.'),
});

export const configSchema = z
  .strictObject({
    $schema: z.string().optional().describe('For editors.'),
    data: z
      .string()
      .min(1)
      .optional()
      .default('./plimsoll-data')
      .describe('The directory where everything is kept.'),
    host: z.string().min(1).optional().default('127.0.0.1').describe('The address to listen on.'),
    port: z
      .int()
      .min(0)
      .max(65_535)
      .optional()
      .default(PORT_DEFAULT)
      .describe('The port, or the next free one of twenty; 0: any.'),
    hosts: z
      .array(z.string().min(1).max(255))
      .max(32)
      .optional()
      .default([])
      .describe('Further names, with port, under which browsers reach it: "desk.example:443".'),
    token_file: z
      .string()
      .min(1)
      .optional()
      .describe('A file with the operator’s bearer token; needed to bind beyond loopback.'),
    operator_account: z
      .string()
      .regex(/^[A-Za-z0-9._:-]{1,36}$/)
      .optional()
      .describe('Whom the operator acts for when a request names no account.'),
    demo: z.boolean().optional().describe('Left out: on until there are real markets.'),
    log_level: z
      .enum(['silent', 'error', 'warn', 'info', 'debug'])
      .optional()
      .default('info')
      .describe('The least that is logged.'),
    limits: limits.prefault({}),
    history: history.prefault({}),
    feeds: z
      .array(feed)
      .max(5)
      .optional()
      .default([])
      .describe('Outside prices. The index of a market is the median of those that are not stale.'),
    drift: drift.prefault({}),
    assets: z
      .array(createAssetBody)
      .max(16)
      .optional()
      .default([])
      .describe('Made at the start where they are missing.'),
    markets: z
      .array(createMarketBody)
      .max(64)
      .optional()
      .default([])
      .describe('Made at the start where they are missing.'),
  })
  .meta({ title: 'Plimsoll configuration', description: 'plimsoll.json' });

export type Config = z.output<typeof configSchema>;

/** A configuration that cannot be used, with a sentence for the operator. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The configuration in `path`, or all defaults when `path` is undefined. @throws ConfigError */
export function loadConfig(path: string | undefined): Config {
  return parseConfig(path === undefined ? '{}' : textOf(path), path ?? 'the defaults');
}

/** @throws ConfigError */
export function parseConfig(text: string, name: string): Config {
  let value: unknown;
  try {
    value = parseStrictJson(text);
  } catch (error) {
    if (error instanceof NotJson) throw new ConfigError(`${name}: ${error.message}`);
    throw error;
  }
  const read = configSchema.safeParse(value);
  if (read.success) return read.data;
  const faults = read.error.issues.map((issue) => {
    const where = issue.path.length === 0 ? 'the file' : issue.path.join('.');
    return `${name}: ${where}: ${issue.message}`;
  });
  throw new ConfigError(faults.join('\n'));
}

/** JSON Schema of the file, for editors. */
export function configJsonSchema(): unknown {
  return z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${(error as Error).message}`);
  }
}
