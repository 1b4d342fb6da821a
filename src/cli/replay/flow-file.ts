// Replays a flow in this project's own format: assets, markets, accounts, deposits, marks and
// orders are all rows of the file, so nothing is prepared or raised. The format is described in
// fixtures/flow/README.md.

import { amount, ppm, price } from '../../units/brand.ts';
import { formatInUnit } from '../../units/decimal.ts';
import {
  ANY_MARKET,
  MARKET_PERP,
  MARKET_SPOT,
  MODE_CROSS,
  MODE_ISOLATED,
} from '../../engine/command.ts';
import { blankCancel, blankCancelAll, blankIndex } from './commands.ts';
import { DetailField } from './detail-field.ts';
import { FLOW, FlowNames, PPM, WHOLE_UNIT, type RowContext } from './flow-names.ts';
import { FlowOrders } from './flow-orders.ts';
import { flowMarketSpec } from './flow-markets.ts';
import { ReplayError } from './replay-error.ts';
import { Rows } from './rows.ts';
import type { Session } from './session.ts';
import type { Control, Detail, Source, SourceOptions } from './source.ts';

export const PLIMSOLL_FLOW_HEADER = 'time_ms,op,account,symbol,side,price,size,detail';

const YES_NO = { yes: true, no: false } as const;
const KINDS = { spot: MARKET_SPOT, perp: MARKET_PERP } as const;
const MODES = { cross: MODE_CROSS, isolated: MODE_ISOLATED } as const;

/** What executes a row of each kind. */
type Handler = (context: RowContext) => void;

export class PlimsollFlowSource implements Source {
  readonly format = 'plimsoll-flow';
  readonly preparation: string;
  readonly limits = {};
  rows = 0;
  private readonly path: string;
  private readonly names = new FlowNames();
  private readonly orders = new FlowOrders();
  private readonly cancel = blankCancel();
  private readonly cancelAll = blankCancelAll();
  private readonly index = blankIndex();

  constructor(options: SourceOptions) {
    if (options.accounts !== undefined) {
      throw new ReplayError('--accounts has no meaning here: the file brings its own accounts');
    }
    this.path = options.path;
    this.preparation =
      'Prepared for this replay: nothing. The file creates and funds its own accounts, and no ' +
      'limits are raised.';
  }

  async run(session: Session, control: Control): Promise<void> {
    const rows = await Rows.open(this.path, PLIMSOLL_FLOW_HEADER);
    const { lines } = rows;
    session.rows = rows;
    try {
      while (this.rows < control.rowsMax && !control.stopped()) {
        if (!(await lines.fill())) break;
        while (lines.ready() && this.rows < control.rowsMax) {
          rows.advance();
          this.execute(session, rows);
          this.rows += 1;
        }
        control.progress(lines.bytesRead, lines.bytesTotal, this.rows);
      }
    } finally {
      await lines.close();
    }
  }

  details(session: Session): Detail[] {
    const marks = session.markets.map(({ number, symbol, priceUnit }) => {
      const { mark } = session.engine.book(number, 1, false);
      return { symbol, mark, priceUnit };
    });
    const accounts = this.names.accounts.size;
    return [
      { name: 'accounts', text: String(accounts), json: accounts },
      ...marks
        .filter(({ mark }) => mark > 0)
        .map(({ symbol, mark, priceUnit }) => ({
          name: `mark ${symbol}`,
          text: formatInUnit(mark, priceUnit),
          json: formatInUnit(mark, priceUnit),
        })),
    ];
  }

  private execute(session: Session, rows: Rows): void {
    const handle = rows.word(FLOW.op, this.handlers);
    const time = rows.whole(FLOW.time);
    const detail = new DetailField(rows, FLOW.detail);
    handle({ session, rows, names: this.names, time, detail });
    detail.end();
  }

  private readonly handlers: Readonly<Record<string, Handler>> = {
    asset: createAsset,
    market: createMarket,
    account: createAccount,
    deposit: (context) => moveFunds(context, 'deposit'),
    withdraw: (context) => moveFunds(context, 'withdraw'),
    leverage: setLeverage,
    mode: setMode,
    mark: (context) => this.mark(context),
    order: (context) => this.orders.place(context),
    amend: (context) => this.orders.amend(context),
    cancel: ({ session, rows, names, time, detail }) => {
      this.cancel.time = time;
      this.cancel.account = names.account(rows, FLOW.account);
      this.cancel.clientOrderId = detail.require('id');
      session.run(this.cancel);
    },
    cancel_all: ({ session, rows, names, time }) => {
      const { cancelAll } = this;
      const everywhere = rows.fields[FLOW.symbol] === '';
      cancelAll.time = time;
      cancelAll.account = names.account(rows, FLOW.account);
      cancelAll.market = everywhere ? ANY_MARKET : names.market(rows, FLOW.symbol).number;
      session.run(cancelAll);
    },
    tick: ({ session, time }) => {
      session.run({ kind: 'tick', id: '', time });
    },
  };

  /** A spot market has no mark: its price is the index, and what its base counts as collateral. */
  private mark({ session, rows, names, time, detail }: RowContext): void {
    const { number, kind, priceUnit } = names.market(rows, FLOW.symbol);
    const { index } = this;
    const mark = rows.positiveDecimal(FLOW.price, priceUnit);
    index.time = time;
    index.market = number;
    index.mark = price(kind === MARKET_SPOT ? 0 : mark);
    index.price = price(detail.decimal('index', priceUnit, mark));
    session.run(index);
  }
}

function createAsset({ session, rows, names, time, detail }: RowContext): void {
  const symbol = rows.fields[FLOW.symbol];
  const asset = session.createAsset(time, {
    symbol,
    decimals: detail.decimal('decimals', WHOLE_UNIT),
    settlement: detail.word('settlement', YES_NO, false),
    weightPpm: ppm(detail.decimal('weight', PPM, 1_000_000)),
    liabilityWeightPpm: ppm(1_000_000),
    interestE12: 0,
    autoConvertLimit: amount(0),
    price: amount(0),
  });
  names.assets.set(symbol, asset);
}

function createMarket({ session, rows, names, time, detail }: RowContext): void {
  const symbol = rows.fields[FLOW.symbol];
  const kind = detail.word('kind', KINDS);
  const base = kind === MARKET_SPOT ? names.assetOf(rows, detail.require('base')) : undefined;
  const quote = names.assetOf(rows, detail.require('quote'));
  names.markets.set(
    symbol,
    session.createMarket(time, flowMarketSpec(rows, detail, { symbol, kind, base, quote })),
  );
}

function createAccount({ session, rows, names, time }: RowContext): void {
  const name = rows.fields[FLOW.account];
  names.accounts.set(name, session.createAccount(time, name));
}

function moveFunds(context: RowContext, kind: 'deposit' | 'withdraw'): void {
  const { session, rows, names, time } = context;
  const account = names.account(rows, FLOW.account);
  const asset = names.asset(rows, FLOW.symbol);
  const units = amount(rows.positiveDecimal(FLOW.size, names.unitOf(asset)));
  session.run({ kind, id: '', time, account, asset: asset.number, amount: units });
}

function setLeverage({ session, rows, names, time }: RowContext): void {
  const account = names.account(rows, FLOW.account);
  const market = names.market(rows, FLOW.symbol).number;
  const leverage = rows.positive(FLOW.size);
  session.run({ kind: 'set_leverage', id: '', time, account, market, leverage });
}

function setMode({ session, rows, names, time, detail }: RowContext): void {
  const account = names.account(rows, FLOW.account);
  const market = names.market(rows, FLOW.symbol).number;
  const mode = detail.word('mode', MODES);
  session.run({ kind: 'set_margin_mode', id: '', time, account, market, mode });
}
