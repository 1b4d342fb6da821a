// What somebody can ask of the past over HTTP, all of it: so that two servers can be compared.

export type Ask = (
  path: string,
  body?: object,
  method?: string,
) => Promise<{ readonly text: string; readonly json: Record<string, unknown> }>;

const MARKETS = ['BTC-PERP', 'BTC%2FUSDT'];
const ACCOUNTS = ['alice', 'bob'];
const INTERVALS = ['1s', '1m', '5m', '15m', '1h', '4h', '1d'];
const CLIENT_IDS = ['resting', 'partly', 'gone', 'never'];

/** Every answer about the past, by path. `to` is when it ends. */
export async function pastOf(ask: Ask, to: number): Promise<Record<string, string>> {
  const past: Record<string, string> = {};
  const look = async (path: string): Promise<Record<string, unknown>> => {
    const { text, json } = await ask(path);
    past[path] = text;
    return json;
  };
  const end = new Date(to).toISOString();
  for (const market of MARKETS) {
    await look(`/api/v1/markets/${market}/trades`);
    for (const interval of INTERVALS) {
      await look(`/api/v1/markets/${market}/candles?interval=${interval}&to=${end}&limit=30`);
    }
  }
  for (const account of ACCOUNTS) {
    const whose = `account=${account}`;
    await look(`/api/v1/fills?${whose}`);
    await look(`/api/v1/fills.csv?${whose}`);
    await look(`/api/v1/transfers?${whose}`);
    for (const id of CLIENT_IDS) await look(`/api/v1/orders?${whose}&client_order_id=${id}`);
    for (const more of ['', '&status=filled', '&status=cancelled', '&side=sell', `&to=${end}`]) {
      const { orders } = await look(`/api/v1/orders/closed?${whose}${more}`);
      if (more !== '') continue;
      for (const { order_id: id } of orders as { order_id: string }[]) {
        await look(`/api/v1/orders/${id}?${whose}`);
      }
    }
    await look(`/api/v1/orders?${whose}`);
    past[`pages of ${account}`] = JSON.stringify(await pagesOf(ask, `${whose}&limit=2`));
  }
  return past;
}

/** Closed orders page by page; each comes once. */
async function pagesOf(ask: Ask, query: string): Promise<unknown[]> {
  const rows: unknown[] = [];
  let cursor = '';
  for (;;) {
    const { json } = await ask(`/api/v1/orders/closed?${query}${cursor}`);
    rows.push(...(json['orders'] as unknown[]));
    const next = json['next_cursor'];
    if (typeof next !== 'string') return rows;
    cursor = `&cursor=${next}`;
  }
}

/** Fills, cancellations, an amendment and money between `alice` and `bob`. */
export async function makePast(ask: Ask, round = ''): Promise<void> {
  const order = (account: string, side: string, more: object): Promise<Placed> =>
    place(ask, { account, market: 'BTC-PERP', side, price: '60000', size: '0.1', ...more });
  await order('bob', 'sell', { price: '60010', size: '0.5' });
  await order('bob', 'sell', { price: '60020', size: '0.5' });
  await order('alice', 'buy', { price: '60020', size: '0.7', client_order_id: 'partly' });
  await order('alice', 'buy', { price: '60020', time_in_force: 'ioc' });
  await order('alice', 'buy', { price: '59000', client_order_id: `resting${round}` });
  const gone = await order('alice', 'buy', { price: '58000', client_order_id: 'gone' });
  const path = `/api/v1/orders/${gone.order_id}`;
  await ask(path, { account: 'alice', price: '58500' }, 'PATCH');
  await ask(`${path}?account=alice`, undefined, 'DELETE');
  await order('alice', 'sell', { market: 'BTC/USDT', size: '0.2' });
  await order('bob', 'buy', { market: 'BTC/USDT', size: '0.2' });
  const transfer = { account: 'alice', to: 'bob', asset: 'USDT', amount: '12.5' };
  await ask('/api/v1/transfers', transfer);
}

interface Placed {
  readonly order_id: string;
}

async function place(ask: Ask, body: object): Promise<Placed> {
  const { json, text } = await ask('/api/v1/orders', body);
  if (typeof json['order_id'] !== 'string') throw new Error(text);
  return { order_id: json['order_id'] };
}
