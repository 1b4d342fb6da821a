// The dialogues of the protocol's reference. They are answered by a real engine while the page is
// made, so what the page shows is what happens; one engine serves them all, from the first to the
// last.

export interface Dialogue {
  readonly title: string;
  readonly text: string;
  readonly lines: readonly string[];
}

export const DIALOGUES: readonly Dialogue[] = [
  {
    title: 'Set up',
    text: 'Assets, a market, accounts and money. Nothing else is needed before the first order.',
    lines: [
      '{"command":"create_asset","symbol":"USDT","decimals":6,"settlement":true,"time":1700000000000}',
      '{"command":"create_market","symbol":"BTC-PERP","kind":"perp","quote":"USDT","price_unit":"0.1","size_unit":"0.001","taker_fee":"0.0005","maker_fee":"0.0001","brackets":[{"floor_notional":"0","initial":"0.05","maintenance":"0.025"},{"floor_notional":"1000000","initial":"0.1","maintenance":"0.05"}]}',
      '{"command":"create_account","name":"alice"}',
      '{"command":"create_account","name":"bob"}',
      '{"command":"deposit","account":"alice","asset":"USDT","amount":"10000"}',
      '{"command":"deposit","account":"bob","asset":"USDT","amount":"10000"}',
      '{"command":"update_index","market":"BTC-PERP","price":"60000","mark":"60000"}',
    ],
  },
  {
    title: 'Trade',
    text: 'A resting order with a client order id, and one that meets it. `id` makes a command safe to send again.',
    lines: [
      '{"command":"place_order","account":"alice","market":"BTC-PERP","side":"sell","price":"60000","size":"0.5","client_order_id":"a-1","ref":1}',
      '{"command":"place_order","account":"bob","market":"BTC-PERP","side":"buy","type":"market","size":"0.2","id":"b-1","ref":2}',
      '{"command":"place_order","account":"bob","market":"BTC-PERP","side":"buy","type":"market","size":"0.2","id":"b-1","ref":3}',
      '{"command":"amend_order","account":"alice","market":"BTC-PERP","client_order_id":"a-1","size":"0.4"}',
    ],
  },
  {
    title: 'Ask',
    text: 'Queries read the state of now. A preview is the answer that a command would get, without it happening.',
    lines: [
      '{"query":"book","market":"BTC-PERP","depth":5,"queue":true}',
      '{"query":"orders","account":"alice"}',
      '{"query":"positions","account":"bob"}',
      '{"query":"account","account":"bob"}',
      '{"query":"limits","account":"bob","market":"BTC-PERP"}',
      '{"preview":{"command":"place_order","account":"bob","market":"BTC-PERP","side":"buy","price":"60000","size":"0.1"}}',
      '{"query":"conservation"}',
    ],
  },
  {
    title: 'Be refused',
    text: 'A refusal has a code, a number and its numbers as parameters; see [reasons.md](reasons.md).',
    lines: [
      '{"command":"withdraw","account":"alice","asset":"USDT","amount":"999999"}',
      '{"command":"place_order","account":"bob","market":"BTC-PERP","side":"buy","price":"60000","size":"100"}',
      '{"command":"place_order","account":"bob","market":"BTC-PERP","side":"buy","price":"60000.05","size":"0.1"}',
      '{"command":"place_order","account":"carol","market":"BTC-PERP","side":"buy","price":"60000","size":"0.1"}',
      '{"command":"create_market","symbol":"ETH-PERP","kind":"perp","quote":"USDT","price_unit":"0.0001","size_unit":"0.0001"}',
    ],
  },
  {
    title: 'Be misunderstood',
    text: 'A malformed line never reaches the engine: it is not counted, and the process goes on.',
    lines: [
      '{"command":"deposit","account":"alice","asset":"USDT","amuont":"5"}',
      '{"command":"deposit","account":"alice","asset":"USDT","amount":5}',
      '{"command":"place_order","account":"bob","market":"BTC-PERP","side":"buy","size":"0.1"}',
      '{"command":"deposit","command":"withdraw"}',
      'deposit 5 USDT',
    ],
  },
];
