// The dialogues of the stream's reference: what a client says, and how many messages come for it.
// They are played on a real server while the page is made, one after the other on one exchange, so
// what the page shows is what happens.

export interface Step {
  /** What the client sends, or what somebody else asks over HTTP meanwhile. */
  readonly say?: object | string;
  readonly http?: {
    readonly method: 'POST' | 'DELETE';
    readonly path: string;
    readonly body: object;
  };
  /** Messages that come before the next step, in their order. */
  readonly replies: number;
}

export interface StreamDialogue {
  readonly title: string;
  readonly text: string;
  /** Signed in as this account; '' = not signed in. */
  readonly account: string;
  readonly steps: readonly Step[];
}

const book = { channel: 'book', market: 'BTC-PERP' };
const sell = { market: 'BTC-PERP', side: 'sell', price: '60000', size: '0.5' };
const buy = { market: 'BTC-PERP', side: 'buy', price: '60000', size: '0.2' };

export const STREAM_DIALOGUES: readonly StreamDialogue[] = [
  {
    title: 'Read a market',
    text:
      'Whoever connects is welcomed. A subscription is confirmed, then comes its snapshot, then every change of it ' +
      'with whole values: the levels that changed, as they are now. `previous` of a delta is the `sequence` of the ' +
      'message before it on the same subscription; if it is not, something is missing. Here somebody else places an ' +
      'order over HTTP.',
    account: '',
    steps: [
      { replies: 1 },
      { say: { op: 'subscribe', id: '1', ...book }, replies: 2 },
      { http: { method: 'POST', path: '/api/v1/orders', body: sell }, replies: 1 },
      { say: { op: 'unsubscribe', id: '2', ...book }, replies: 1 },
      { say: { op: 'ping', id: '3' }, replies: 1 },
    ],
  },
  {
    title: 'Trade',
    text:
      'Orders have the bodies of HTTP, and their answers. With `idempotency_key` a message can be sent again: it takes ' +
      'effect once and has the same answer. What it did to the account comes as deltas of its channels.',
    account: 'bob',
    steps: [
      { replies: 1 },
      { say: { op: 'subscribe', id: '1', channel: 'orders' }, replies: 2 },
      { say: { op: 'subscribe', id: '2', channel: 'fills' }, replies: 2 },
      { say: { op: 'place_order', id: '3', idempotency_key: 'bob-1', body: buy }, replies: 3 },
      { say: { op: 'place_order', id: '4', idempotency_key: 'bob-1', body: buy }, replies: 1 },
    ],
  },
  {
    title: 'Come back',
    text:
      'With `from`, the `sequence` that was seen last, only what came after it is sent. When that is no longer kept, or ' +
      'the server has started anew since, a `resync` says so and a snapshot follows.',
    account: '',
    steps: [
      { replies: 1 },
      { say: { op: 'subscribe', id: '1', ...book, from: 13 }, replies: 2 },
      { say: { op: 'subscribe', id: '2', ...book, from: 3 }, replies: 3 },
    ],
  },
  {
    title: 'Follow a price',
    text: 'The mark and the index move with outside prices, a candle with trades.',
    account: '',
    steps: [
      { replies: 1 },
      { say: { op: 'subscribe', id: '1', channel: 'mark', market: 'BTC-PERP' }, replies: 2 },
      { say: { op: 'subscribe', id: '2', channel: 'trades', market: 'BTC-PERP' }, replies: 2 },
      {
        http: {
          method: 'POST',
          path: '/api/v1/admin/markets/BTC-PERP/index',
          body: { price: '60100.5' },
        },
        replies: 1,
      },
    ],
  },
  {
    title: 'Be refused',
    text:
      'An error carries the same problem as over HTTP, and the `id` of the message where it had one. The connection ' +
      'stays open.',
    account: 'bob',
    steps: [
      { replies: 1 },
      { say: { op: 'subscribe', id: '1', channel: 'book' }, replies: 1 },
      { say: { op: 'subscribe', id: '2', channel: 'orders', account: 'alice' }, replies: 1 },
      { say: { op: 'place_order', id: '3', body: { ...buy, size: '1000' } }, replies: 1 },
      { say: { op: 'place_order', id: '4', body: { ...buy, size: 0.2 } }, replies: 1 },
      { say: 'buy 0.2 BTC', replies: 1 },
    ],
  },
];
