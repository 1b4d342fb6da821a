// Whether a directory is a demo: on until it has real markets; said otherwise, as said, but never
// beside real ones.

import type { Engine } from '../api/exchange.ts';
import { ConfigError, type Config } from './config.ts';
import { DEMO_MAKERS, isDemoGround } from './demo-markets.ts';

/** @throws ConfigError */
export function wantsDemo(config: Pick<Config, 'demo' | 'markets'>, engine: Engine): boolean {
  if (config.demo === false || config.markets.length > 0) return false;
  const symbols = engine.markets().map(({ symbol }) => symbol);
  const isGround = isDemoGround(symbols, engine.accountNumber(DEMO_MAKERS[0]) >= 0);
  if (!isGround && config.demo === true) {
    throw new ConfigError('there are real markets in this directory: the demo stays off');
  }
  return isGround;
}
