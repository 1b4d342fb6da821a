// The rules of matching as a table: what is said to a book, and what it must answer. Never any code
// that decides something.

import { buy, cancel, sell, type Rule } from './book-words.suite.ts';
import { EXPIRE_BOTH, EXPIRE_MAKER, EXPIRE_TAKER, FOK, IOC, STP_NONE } from './order.ts';

const OWN = { group: 1 };

export const MATCHING: readonly Rule[] = [
  {
    rule: 'a limit order that meets nobody rests',
    steps: [
      [buy(1, 99, 5), 'accepted 1', 'rested 1: 5 @ 99'],
      [sell(2, 101, 5), 'accepted 2', 'rested 2: 5 @ 101'],
    ],
    bids: [1],
    asks: [2],
  },
  {
    rule: 'a fill has the price of the maker, and what is left rests at the limit',
    given: [sell(1, 100, 5)],
    steps: [[buy(2, 103, 8), 'accepted 2', 'filled 1 by 2: 5 @ 100, 0 left', 'rested 2: 3 @ 103']],
    bids: [2],
    asks: [],
  },
  {
    rule: 'a limit exactly at the touch trades, one unit short of it rests',
    given: [sell(1, 100, 5), buy(2, 90, 5)],
    steps: [
      [buy(3, 99, 1), 'accepted 3', 'rested 3: 1 @ 99'],
      [buy(4, 100, 1), 'accepted 4', 'filled 1 by 4: 1 @ 100, 4 left'],
      [sell(5, 100, 1), 'accepted 5', 'rested 5: 1 @ 100'],
      [sell(6, 99, 1), 'accepted 6', 'filled 3 by 6: 1 @ 99, 0 left'],
    ],
    bids: [2],
    asks: [1, 5],
  },
  {
    rule: 'the better price is filled first, whenever it came',
    given: [sell(1, 102, 1), sell(2, 101, 1), sell(3, 100, 1), sell(4, 101, 1)],
    steps: [
      [
        buy(5, 0, 4),
        'accepted 5',
        'filled 3 by 5: 1 @ 100, 0 left',
        'filled 2 by 5: 1 @ 101, 0 left',
        'filled 4 by 5: 1 @ 101, 0 left',
        'filled 1 by 5: 1 @ 102, 0 left',
      ],
    ],
    bids: [],
    asks: [],
  },
  {
    rule: 'the better price is filled first on the other side as well',
    given: [buy(1, 100, 1), buy(2, 102, 1), buy(3, 101, 1), buy(4, 102, 1)],
    steps: [
      [
        sell(5, 101, 9),
        'accepted 5',
        'filled 2 by 5: 1 @ 102, 0 left',
        'filled 4 by 5: 1 @ 102, 0 left',
        'filled 3 by 5: 1 @ 101, 0 left',
        'rested 5: 6 @ 101',
      ],
    ],
    bids: [1],
    asks: [5],
  },
  {
    rule: 'at one price the earlier order is filled first, and keeps its place when partly filled',
    given: [sell(1, 100, 3), sell(2, 100, 3)],
    steps: [
      [buy(3, 100, 2), 'accepted 3', 'filled 1 by 3: 2 @ 100, 1 left'],
      [sell(4, 100, 3), 'accepted 4', 'rested 4: 3 @ 100'],
      [
        buy(5, 100, 2),
        'accepted 5',
        'filled 1 by 5: 1 @ 100, 0 left',
        'filled 2 by 5: 1 @ 100, 2 left',
      ],
    ],
    bids: [],
    asks: [2, 4],
  },
  {
    rule: 'a cancelled order in the middle of a level leaves the others in order',
    given: [buy(1, 100, 1), buy(2, 100, 1), buy(3, 100, 1), buy(4, 100, 1), cancel(2), cancel(4)],
    steps: [[buy(5, 100, 1), 'accepted 5', 'rested 5: 1 @ 100']],
    bids: [1, 3, 5],
    asks: [],
  },
];

export const LIFETIMES: readonly Rule[] = [
  {
    rule: 'what a market order has left is cancelled',
    given: [sell(1, 100, 2)],
    steps: [
      [buy(2, 0, 5), 'accepted 2', 'filled 1 by 2: 2 @ 100, 0 left', 'cancelled 2: 3, unfilled'],
      [sell(3, 0, 5), 'accepted 3', 'cancelled 3: 5, unfilled'],
    ],
    bids: [],
    asks: [],
  },
  {
    rule: 'IOC never rests',
    given: [sell(1, 100, 2), sell(2, 101, 2)],
    steps: [
      [
        buy(3, 100, 5, { tif: IOC }),
        'accepted 3',
        'filled 1 by 3: 2 @ 100, 0 left',
        'cancelled 3: 3, unfilled',
      ],
      [buy(4, 100, 5, { tif: IOC }), 'accepted 4', 'cancelled 4: 5, unfilled'],
      [buy(5, 101, 2, { tif: IOC }), 'accepted 5', 'filled 2 by 5: 2 @ 101, 0 left'],
    ],
    bids: [],
    asks: [],
  },
  {
    rule: 'FOK is filled completely or refused without a trace',
    given: [sell(1, 100, 2), sell(2, 101, 2)],
    steps: [
      [buy(3, 100, 3, { tif: FOK }), 'refused 3: not fillable'],
      [buy(3, 99, 1, { tif: FOK }), 'refused 3: not fillable'],
      [buy(3, 0, 5, { tif: FOK }), 'refused 3: not fillable'],
      [
        buy(3, 101, 4, { tif: FOK }),
        'accepted 3',
        'filled 1 by 3: 2 @ 100, 0 left',
        'filled 2 by 3: 2 @ 101, 0 left',
      ],
    ],
    bids: [],
    asks: [],
  },
  {
    rule: 'FOK on an empty book is refused',
    steps: [[sell(1, 0, 1, { tif: FOK }), 'refused 1: not fillable']],
    bids: [],
    asks: [],
  },
  {
    rule: 'post-only is refused exactly at the touch and through it, and rests one unit behind',
    given: [sell(1, 100, 1), buy(2, 98, 1)],
    steps: [
      [buy(3, 101, 1, { postOnly: true }), 'refused 3: would cross'],
      [buy(3, 100, 1, { postOnly: true }), 'refused 3: would cross'],
      [buy(3, 99, 1, { postOnly: true }), 'accepted 3', 'rested 3: 1 @ 99'],
      [sell(4, 98, 1, { postOnly: true }), 'refused 4: would cross'],
      [sell(4, 99, 1, { postOnly: true }), 'refused 4: would cross'],
      [sell(4, 100, 1, { postOnly: true }), 'accepted 4', 'rested 4: 1 @ 100'],
    ],
    bids: [3, 2],
    asks: [1, 4],
  },
  {
    rule: 'post-only is refused as well when the order at the touch is its own',
    given: [sell(1, 100, 1, OWN)],
    steps: [
      [buy(2, 100, 1, { ...OWN, postOnly: true, stp: EXPIRE_MAKER }), 'refused 2: would cross'],
    ],
    bids: [],
    asks: [1],
  },
];

export const SELF_TRADE: readonly Rule[] = [
  {
    rule: 'expire_maker: the own maker is cancelled and matching goes on',
    given: [sell(1, 100, 2), sell(2, 100, 3, OWN), sell(3, 101, 2)],
    steps: [
      [
        buy(4, 101, 5, OWN),
        'accepted 4',
        'filled 1 by 4: 2 @ 100, 0 left',
        'cancelled 2: 3, self-trade',
        'filled 3 by 4: 2 @ 101, 0 left',
        'rested 4: 1 @ 101',
      ],
    ],
    bids: [4],
    asks: [],
  },
  {
    rule: 'expire_taker: what the taker has left is cancelled, earlier fills stand',
    given: [sell(1, 100, 2), sell(2, 100, 3, OWN), sell(3, 100, 2)],
    steps: [
      [
        buy(4, 101, 5, { ...OWN, stp: EXPIRE_TAKER }),
        'accepted 4',
        'filled 1 by 4: 2 @ 100, 0 left',
        'cancelled 4: 3, self-trade',
      ],
    ],
    bids: [],
    asks: [2, 3],
  },
  {
    rule: 'expire_both: the own maker and what the taker has left are cancelled',
    given: [sell(1, 100, 2), sell(2, 100, 3, OWN), sell(3, 100, 2)],
    steps: [
      [
        buy(4, 101, 5, { ...OWN, stp: EXPIRE_BOTH }),
        'accepted 4',
        'filled 1 by 4: 2 @ 100, 0 left',
        'cancelled 2: 3, self-trade',
        'cancelled 4: 3, self-trade',
      ],
    ],
    bids: [],
    asks: [3],
  },
  {
    rule: 'none: the group trades with itself',
    given: [sell(1, 100, 2, OWN)],
    steps: [
      [buy(2, 100, 1, { ...OWN, stp: STP_NONE }), 'accepted 2', 'filled 1 by 2: 1 @ 100, 1 left'],
    ],
    bids: [],
    asks: [1],
  },
  {
    rule: 'the mode of the taker decides, whatever the maker had chosen',
    given: [
      sell(1, 100, 2, { ...OWN, stp: STP_NONE }),
      sell(2, 100, 2, { ...OWN, stp: EXPIRE_BOTH }),
    ],
    steps: [
      [
        buy(3, 100, 1, { ...OWN, stp: EXPIRE_MAKER }),
        'accepted 3',
        'cancelled 1: 2, self-trade',
        'cancelled 2: 2, self-trade',
        'rested 3: 1 @ 100',
      ],
    ],
    bids: [3],
    asks: [],
  },
  {
    rule: 'the group decides, not the account; without a group everything trades',
    given: [sell(1, 100, 1, { group: 1, owner: 1 }), sell(2, 101, 1, { group: -1, owner: 2 })],
    steps: [
      [
        buy(3, 100, 1, { group: 1, owner: 2, tif: IOC }),
        'accepted 3',
        'cancelled 1: 1, self-trade',
        'cancelled 3: 1, unfilled',
      ],
      [buy(4, 101, 1, { group: -1, owner: 2 }), 'accepted 4', 'filled 2 by 4: 1 @ 101, 0 left'],
    ],
    bids: [],
    asks: [],
  },
  {
    rule: 'group 0 is a group',
    given: [sell(1, 100, 1, { group: 0 })],
    steps: [
      [
        buy(2, 100, 1, { group: 0, stp: EXPIRE_BOTH }),
        'accepted 2',
        'cancelled 1: 1, self-trade',
        'cancelled 2: 1, self-trade',
      ],
    ],
    bids: [],
    asks: [],
  },
  {
    rule: 'a filled taker does not touch the own maker behind',
    given: [sell(1, 100, 2), sell(2, 100, 3, OWN)],
    steps: [
      [
        buy(3, 100, 2, { ...OWN, stp: EXPIRE_BOTH }),
        'accepted 3',
        'filled 1 by 3: 2 @ 100, 0 left',
      ],
    ],
    bids: [],
    asks: [2],
  },
  {
    rule: 'FOK, expire_maker: the own maker does not count, and is cancelled only if all is filled',
    given: [sell(1, 100, 2), sell(2, 100, 3, OWN), sell(3, 101, 2)],
    steps: [
      [buy(4, 101, 5, { ...OWN, tif: FOK }), 'refused 4: not fillable'],
      [
        buy(4, 101, 4, { ...OWN, tif: FOK }),
        'accepted 4',
        'filled 1 by 4: 2 @ 100, 0 left',
        'cancelled 2: 3, self-trade',
        'filled 3 by 4: 2 @ 101, 0 left',
      ],
    ],
    bids: [],
    asks: [],
  },
  {
    rule: 'FOK, expire_taker and expire_both: meeting the own maker before it is full kills it',
    given: [sell(1, 100, 2), sell(2, 100, 3, OWN), sell(3, 101, 2)],
    steps: [
      [buy(4, 101, 4, { ...OWN, tif: FOK, stp: EXPIRE_TAKER }), 'refused 4: not fillable'],
      [buy(4, 101, 4, { ...OWN, tif: FOK, stp: EXPIRE_BOTH }), 'refused 4: not fillable'],
      [
        buy(4, 101, 2, { ...OWN, tif: FOK, stp: EXPIRE_BOTH }),
        'accepted 4',
        'filled 1 by 4: 2 @ 100, 0 left',
      ],
    ],
    bids: [],
    asks: [2, 3],
  },
  {
    rule: 'FOK, none: the own maker counts',
    given: [sell(1, 100, 2, OWN)],
    steps: [
      [
        buy(2, 100, 2, { ...OWN, tif: FOK, stp: STP_NONE }),
        'accepted 2',
        'filled 1 by 2: 2 @ 100, 0 left',
      ],
    ],
    bids: [],
    asks: [],
  },
];
