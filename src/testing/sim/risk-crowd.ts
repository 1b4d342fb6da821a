// Many accounts at once, cross and isolated, long and short, on cash and on other collateral,
// against one dealer who never fails; then prices move. Who is liquidated at each move is compared
// with whom the second ledger names, also while the sources of some markets are silent. Nobody
// rests an order, so nobody's liquidation changes who else is due.

import type { Command } from '../../engine/command.ts';
import { Engine } from '../../engine/engine.ts';
import { amount, price, size } from '../../units/brand.ts';
import type { Sfc32 } from '../flow/sfc32.ts';
import { eventsOf } from './risk-audit.ts';
import { RiskLedger } from './risk-ledger.ts';
import {
  BAR_SPOT,
  BASE_PRICES,
  CASH,
  COIN_SPOT,
  FIRST_TRADER,
  GIVEN_PERP,
  INDEX_PERP,
  MEDIAN_PERP,
  RISK_START,
  riskVariant,
  riskWorld,
  threeSay,
} from './risk-world.ts';

export interface CrowdReport {
  readonly accounts: number;
  readonly moves: number;
  readonly liquidated: number;
  /** Of these while a market's sources were silent. */
  readonly silent: number;
}

/** Runs one crowd. @throws Error naming the move and the scopes where the two do not agree. */
export function runCrowd(random: Sfc32, accounts: number, moves: number): CrowdReport {
  const engine = new Engine();
  const ledger = new RiskLedger(engine);
  const run = (command: Command): void => {
    engine.execute(command);
    for (const [name, fields] of eventsOf(engine)) ledger.take(name, fields);
  };
  const variant = { ...riskVariant(random), insurance: 0, interestE12: 0 };
  for (const command of riskWorld(variant, accounts, random)) run(command);
  const dealer = FIRST_TRADER;
  const cash = amount(1_000_000_000_000);
  run({ kind: 'deposit', id: '', time: 0, account: dealer, asset: CASH, amount: cash });
  for (let i = 1; i < accounts; i++)
    for (const command of positions(engine, random, FIRST_TRADER + i, dealer)) run(command);
  let liquidated = 0;
  let silent = 0;
  for (let move = 0; move < moves; move++) {
    const command = priceMove(engine, random);
    engine.execute(command);
    const events = [...eventsOf(engine)];
    const first = events.findIndex(([name]) => name === 'liquidation_started');
    const before = first < 0 ? events.length : first;
    for (const [name, fields] of events.slice(0, before)) ledger.take(name, fields);
    const named = below(ledger);
    for (const [name, fields] of events.slice(before)) ledger.take(name, fields);
    const started = events
      .filter(([name]) => name === 'liquidation_started')
      .map(([, fields]) => `${fields['account']} ${fields['market']}`);
    liquidated += started.length;
    if (ledger.markets.some(({ imposed }) => (imposed & 1) !== 0)) silent += started.length;
    const got = started.toSorted().join();
    if (got !== named.toSorted().join())
      throw new Error(`move ${move} ${JSON.stringify(command)}: ${got}, not ${named.join()}`);
  }
  return { accounts, moves, liquidated, silent };
}

/** One to three positions of an account, at the mark against the dealer. */
function positions(engine: Engine, random: Sfc32, account: number, dealer: number): Command[] {
  const common = { id: '', time: RISK_START, account };
  const commands: Command[] = [];
  const markets = [GIVEN_PERP, INDEX_PERP, MEDIAN_PERP].slice(0, 1 + random.below(3));
  for (const market of markets) {
    const { mark, multiplier, lotSize } = engine.markets()[market];
    const most = Math.trunc((50_000 * (1 + random.below(40))) / (mark * multiplier));
    const lots = Math.max(1, Math.trunc(random.below(Math.max(1, most)) / lotSize));
    const side = random.below(2) === 0 ? 1 : -1;
    if (random.below(3) === 0)
      commands.push({ kind: 'set_margin_mode', ...common, market, mode: 1 });
    for (const [of, direction, tif] of [
      [dealer, -side, 0],
      [account, side, 1],
    ] as const)
      commands.push({
        kind: 'place_order',
        ...common,
        account: of,
        market,
        side: direction > 0 ? 1 : -1,
        type: 0,
        price: price(mark),
        size: size(lots * lotSize),
        timeInForce: tif,
        expiresAt: 0,
        postOnly: false,
        reduceOnly: false,
        selfTrade: 0,
        triggerPrice: price(0),
        triggerBy: 0,
        takeProfit: price(0),
        stopLoss: price(0),
        clientOrderId: '',
      });
    commands.push({ kind: 'cancel_all', ...common, account: dealer, market, side: 0 });
  }
  return commands;
}

/** A price, or two minutes in which no source speaks. */
function priceMove(engine: Engine, random: Sfc32): Command {
  const time = engine.state.clock;
  const roll = random.below(6);
  if (roll === 5) return { kind: 'tick', id: '', time: time + 120_000 };
  const market = [GIVEN_PERP, INDEX_PERP, MEDIAN_PERP, COIN_SPOT, BAR_SPOT][roll];
  const before = engine.markets()[market].index || BASE_PRICES[market];
  const reach = [3_000, 30_000, 300_000][random.below(3)];
  const change = 1 + Math.trunc((before * random.below(reach)) / 1_000_000);
  const value = price(Math.max(1, random.below(2) === 0 ? before + change : before - change));
  const mark = price(market === GIVEN_PERP ? value : 0);
  const update = { kind: 'update_index' as const, id: '', time, market, mark };
  const isSourced = engine.markets()[market].terms.risk.sourcesRequired > 1;
  if (isSourced) return { ...update, price: price(0), sources: threeSay(value, time) };
  return { ...update, price: value };
}

/** Whom the ledger names below maintenance, of those of whom something may be closed. */
function below(ledger: RiskLedger): string[] {
  const named: string[] = [];
  for (const [account, market] of ledger.scopes()) {
    const { equity, maintenance } = ledger.figures(account, market);
    if (equity < maintenance && ledger.mayLiquidate(account, market))
      named.push(`${account} ${market}`);
  }
  return named;
}
