// The rules about orders as a table: amending, who may touch them, why they are refused, and what
// happens at each limit. Never any code that decides something.

import {
  amend,
  buy,
  cancel,
  OWNER,
  sell,
  STRANGER,
  type Rule,
  type Step,
} from './book-words.suite.ts';
import { EXPIRE_TAKER, FOK, IOC } from './order.ts';

const MAX = Number.MAX_SAFE_INTEGER;
const TOO_MUCH = MAX + 1;
const OWN = { group: 1 };

export const AMENDING: readonly Rule[] = [
  {
    rule: 'a smaller total at the same price keeps its place',
    given: [buy(1, 100, 5), buy(2, 100, 5)],
    steps: [
      [amend(1, 100, 2), 'amended 1: 2 @ 100, 2 open'],
      [
        sell(3, 100, 3),
        'accepted 3',
        'filled 1 by 3: 2 @ 100, 0 left',
        'filled 2 by 3: 1 @ 100, 4 left',
      ],
    ],
    bids: [2],
    asks: [],
  },
  {
    rule: 'an amendment that changes nothing keeps its place',
    given: [buy(1, 100, 5), buy(2, 100, 5)],
    steps: [[amend(1, 100, 5), 'amended 1: 5 @ 100, 5 open']],
    bids: [1, 2],
    asks: [],
  },
  {
    rule: 'a larger total at the same price goes to the back',
    given: [buy(1, 100, 5), buy(2, 100, 5)],
    steps: [[amend(1, 100, 6), 'amended 1: 6 @ 100, 6 open', 'rested 1: 6 @ 100']],
    bids: [2, 1],
    asks: [],
  },
  {
    rule: 'another price loses the place, even with a smaller size, there and back again',
    given: [sell(1, 100, 5), sell(2, 100, 5), sell(3, 101, 5)],
    steps: [
      [amend(1, 101, 4), 'amended 1: 4 @ 101, 4 open', 'rested 1: 4 @ 101'],
      [amend(3, 102, 4), 'amended 3: 4 @ 102, 4 open', 'rested 3: 4 @ 102'],
      [amend(3, 101, 3), 'amended 3: 3 @ 101, 3 open', 'rested 3: 3 @ 101'],
      [amend(1, 100, 4), 'amended 1: 4 @ 100, 4 open', 'rested 1: 4 @ 100'],
    ],
    bids: [],
    asks: [2, 1, 3],
  },
  {
    rule: 'the only order of a side may move',
    given: [sell(1, 100, 5)],
    steps: [[amend(1, 105, 5), 'amended 1: 5 @ 105, 5 open', 'rested 1: 5 @ 105']],
    bids: [],
    asks: [1],
  },
  {
    rule: 'the size of an amendment is the total: what is filled counts',
    given: [buy(1, 100, 5), buy(2, 100, 5), sell(3, 100, 2)],
    steps: [
      [amend(1, 100, 4), 'amended 1: 4 @ 100, 2 open'],
      [amend(1, 100, 5), 'amended 1: 5 @ 100, 3 open', 'rested 1: 3 @ 100'],
    ],
    bids: [2, 1],
    asks: [],
  },
  {
    rule: 'a total at what is filled, or below, cancels the order, whatever the price',
    given: [buy(1, 100, 5), buy(2, 100, 5), buy(3, 100, 5), sell(4, 100, 13), sell(5, 110, 1)],
    steps: [
      [amend(3, 115, 3), 'cancelled 3: 2, amended'],
      [amend(3, 100, 5), 'refused 3: unknown order'],
    ],
    bids: [],
    asks: [5],
  },
  {
    rule: 'a total below what is filled cancels, one above it does not',
    given: [buy(1, 100, 5), sell(2, 100, 3)],
    steps: [
      [amend(1, 100, 4), 'amended 1: 4 @ 100, 1 open'],
      [amend(1, 100, 1), 'cancelled 1: 1, amended'],
    ],
    bids: [],
    asks: [],
  },
  {
    rule: 'an order amended into the other side trades as the taker it now is',
    given: [sell(1, 101, 2), sell(2, 102, 2), buy(3, 100, 3)],
    steps: [
      [
        amend(3, 102, 6),
        'amended 3: 6 @ 102, 6 open',
        'filled 1 by 3: 2 @ 101, 0 left',
        'filled 2 by 3: 2 @ 102, 0 left',
        'rested 3: 2 @ 102',
      ],
      [amend(3, 103, 4), 'cancelled 3: 2, amended'],
    ],
    bids: [],
    asks: [],
  },
  {
    rule: 'an order amended into the other side may be filled completely, and is gone',
    given: [sell(1, 101, 9), buy(2, 100, 3)],
    steps: [
      [amend(2, 101, 3), 'amended 2: 3 @ 101, 3 open', 'filled 1 by 2: 3 @ 101, 6 left'],
      [cancel(2), 'refused 2: unknown order'],
    ],
    bids: [],
    asks: [1],
  },
  {
    rule: 'an amended order keeps the self-trade mode it was placed with',
    given: [sell(1, 101, 2, OWN), buy(2, 100, 3, { ...OWN, stp: EXPIRE_TAKER })],
    steps: [[amend(2, 101, 3), 'amended 2: 3 @ 101, 3 open', 'cancelled 2: 3, self-trade']],
    bids: [],
    asks: [1],
  },
  {
    rule: 'a post-only order amended into a cross is refused and stays where it was',
    given: [sell(1, 101, 2), buy(2, 100, 3, { postOnly: true }), buy(3, 100, 3)],
    steps: [
      [amend(2, 101, 3), 'refused 2: would cross'],
      [amend(2, 101, 1), 'refused 2: would cross'],
      [sell(4, 100, 1), 'accepted 4', 'filled 2 by 4: 1 @ 100, 2 left'],
    ],
    bids: [2, 3],
    asks: [1],
  },
  {
    rule: 'an amended order has its old place for nobody else: it does not meet itself',
    given: [buy(1, 100, 3, OWN)],
    steps: [[amend(1, 101, 4), 'amended 1: 4 @ 101, 4 open', 'rested 1: 4 @ 101']],
    bids: [1],
    asks: [],
  },
];

export const IDENTITY: readonly Rule[] = [
  {
    rule: 'an order is cancelled by its owner and by nobody else',
    given: [buy(1, 100, 3)],
    steps: [
      [cancel(1, STRANGER), 'refused 1: not the owner'],
      [cancel(2, OWNER), 'refused 2: unknown order'],
      [cancel(1, OWNER), 'cancelled 1: 3, user'],
      [cancel(1, OWNER), 'refused 1: unknown order'],
    ],
    bids: [],
    asks: [],
  },
  {
    rule: 'an order is amended by its owner and by nobody else',
    given: [buy(1, 100, 3)],
    steps: [[amend(1, 100, 2, STRANGER), 'refused 1: not the owner']],
    bids: [1],
    asks: [],
  },
  {
    rule: 'an id is taken as long as its order lives, and free afterwards',
    given: [buy(1, 100, 3), buy(2, 99, 1)],
    steps: [
      [sell(1, 200, 3), 'refused 1: duplicate id'],
      [buy(1, 100, 3, { tif: IOC }), 'refused 1: duplicate id'],
      [cancel(1), 'cancelled 1: 3, user'],
      [sell(1, 200, 3), 'accepted 1', 'rested 1: 3 @ 200'],
      [sell(3, 99, 1), 'accepted 3', 'filled 2 by 3: 1 @ 99, 0 left'],
      [buy(2, 99, 1), 'accepted 2', 'rested 2: 1 @ 99'],
      [buy(3, 98, 1), 'accepted 3', 'rested 3: 1 @ 98'],
    ],
    bids: [2, 3],
    asks: [1],
  },
  {
    rule: 'a refused order leaves its id free',
    given: [sell(1, 100, 3)],
    steps: [
      [buy(2, 100, 3, { postOnly: true }), 'refused 2: would cross'],
      [cancel(2), 'refused 2: unknown order'],
      [buy(2, 99, 3), 'accepted 2', 'rested 2: 3 @ 99'],
    ],
    bids: [2],
    asks: [1],
  },
  {
    rule: 'ids, sizes and prices are exact up to 2^53 − 1',
    steps: [
      [sell(MAX, MAX, MAX), `accepted ${MAX}`, `rested ${MAX}: ${MAX} @ ${MAX}`],
      [buy(MAX - 1, MAX - 1, MAX), `accepted ${MAX - 1}`, `rested ${MAX - 1}: ${MAX} @ ${MAX - 1}`],
      [buy(1, 5, 1), 'refused 1: size full'],
      [
        buy(1, MAX, 1, { tif: IOC }),
        'accepted 1',
        `filled ${MAX} by 1: 1 @ ${MAX}, ${MAX - 1} left`,
      ],
    ],
    bids: [MAX - 1],
    asks: [MAX],
  },
];

export const REFUSALS: readonly Rule[] = [
  {
    rule: 'ids, sizes and prices that are no whole numbers in range are refused',
    steps: [
      ...[0, -1, 1.5, TOO_MUCH, NaN, Infinity].map((id): Step => [
        buy(id, 100, 1),
        `refused ${id}: bad id`,
      ]),
      ...[0, -1, 0.5, TOO_MUCH, NaN, Infinity].map((size): Step => [
        buy(1, 100, size),
        'refused 1: bad size',
      ]),
      ...[-1, 0.5, TOO_MUCH, NaN, Infinity].map((price): Step => [
        buy(1, price, 1),
        'refused 1: bad price',
      ]),
      [buy(1, 0, 1, { postOnly: true }), 'refused 1: bad post-only'],
      [buy(1, 100, 1, { postOnly: true, tif: IOC }), 'refused 1: bad post-only'],
      [buy(1, 100, 1, { postOnly: true, tif: FOK }), 'refused 1: bad post-only'],
    ],
    bids: [],
    asks: [],
  },
  {
    rule: 'an amendment is checked the same way, and may not become a market order',
    given: [buy(1, 100, 3)],
    steps: [
      ...[0, -1, 0.5, TOO_MUCH, NaN].map((size): Step => [
        amend(1, 100, size),
        'refused 1: bad size',
      ]),
      ...[0, -1, 0.5, TOO_MUCH, NaN].map((price): Step => [
        amend(1, price, 3),
        'refused 1: bad price',
      ]),
    ],
    bids: [1],
    asks: [],
  },
  {
    rule: 'where several reasons hold, the one with the smallest number is given',
    limits: { ordersMax: 1, levelsMax: 1 },
    given: [sell(1, 100, 5)],
    steps: [
      [buy(0, -1, 0, { postOnly: true }), 'refused 0: bad id'],
      [buy(1, -1, 0, { postOnly: true }), 'refused 1: bad size'],
      [buy(1, -1, 1, { postOnly: true }), 'refused 1: bad price'],
      [buy(1, 0, 1, { postOnly: true }), 'refused 1: bad post-only'],
      [buy(1, 100, 9, { postOnly: true }), 'refused 1: duplicate id'],
      [buy(2, 100, 9, { postOnly: true }), 'refused 2: would cross'],
      [sell(2, 101, MAX), 'refused 2: levels full'],
      [sell(2, 100, MAX), 'refused 2: size full'],
      [sell(2, 100, 1), 'refused 2: orders full'],
      [amend(9, 0, 0, STRANGER), 'refused 9: bad size'],
      [amend(9, 0, 1, STRANGER), 'refused 9: bad price'],
      [amend(9, 1, 1, STRANGER), 'refused 9: unknown order'],
      [amend(1, 1, 1, STRANGER), 'refused 1: not the owner'],
    ],
    bids: [],
    asks: [1],
  },
];

export const LIMITS: readonly Rule[] = [
  {
    rule: 'at the fill limit what the taker has left is cancelled',
    limits: { fillsMax: 2 },
    given: [sell(1, 100, 1), sell(2, 100, 1), sell(3, 101, 1)],
    steps: [
      [
        buy(4, 101, 3),
        'accepted 4',
        'filled 1 by 4: 1 @ 100, 0 left',
        'filled 2 by 4: 1 @ 100, 0 left',
        'cancelled 4: 1, fill limit',
      ],
    ],
    bids: [],
    asks: [3],
  },
  {
    rule: 'a taker that ends exactly at the fill limit is as any other',
    limits: { fillsMax: 2 },
    given: [sell(1, 100, 1), sell(2, 100, 1), sell(3, 101, 1)],
    steps: [
      [
        buy(4, 100, 3),
        'accepted 4',
        'filled 1 by 4: 1 @ 100, 0 left',
        'filled 2 by 4: 1 @ 100, 0 left',
        'rested 4: 1 @ 100',
      ],
    ],
    bids: [4],
    asks: [3],
  },
  {
    rule: 'an expired maker counts toward the fill limit',
    limits: { fillsMax: 2 },
    given: [sell(1, 100, 1, OWN), sell(2, 100, 1), sell(3, 100, 1)],
    steps: [
      [
        buy(4, 100, 2, OWN),
        'accepted 4',
        'cancelled 1: 1, self-trade',
        'filled 2 by 4: 1 @ 100, 0 left',
        'cancelled 4: 1, fill limit',
      ],
    ],
    bids: [],
    asks: [3],
  },
  {
    rule: 'FOK beyond the fill limit is refused without a trace',
    limits: { fillsMax: 2 },
    given: [sell(1, 100, 1), sell(2, 100, 1), sell(3, 101, 1)],
    steps: [
      [buy(4, 101, 3, { tif: FOK }), 'refused 4: not fillable'],
      [
        buy(4, 101, 2, { tif: FOK }),
        'accepted 4',
        'filled 1 by 4: 1 @ 100, 0 left',
        'filled 2 by 4: 1 @ 100, 0 left',
      ],
    ],
    bids: [],
    asks: [3],
  },
  {
    rule: 'an amended order at the fill limit is cancelled too',
    limits: { fillsMax: 1 },
    given: [sell(1, 101, 1), sell(2, 101, 1), buy(3, 100, 2)],
    steps: [
      [
        amend(3, 101, 2),
        'amended 3: 2 @ 101, 2 open',
        'filled 1 by 3: 1 @ 101, 0 left',
        'cancelled 3: 1, fill limit',
      ],
    ],
    bids: [],
    asks: [2],
  },
  {
    rule: 'a full side takes orders at the prices it has, and no new price',
    limits: { levelsMax: 2 },
    given: [buy(1, 100, 1), buy(2, 99, 1)],
    steps: [
      [buy(3, 98, 1), 'refused 3: levels full'],
      [buy(3, 101, 1), 'refused 3: levels full'],
      [buy(3, 98, 1, { tif: IOC }), 'accepted 3', 'cancelled 3: 1, unfilled'],
      [buy(3, 100, 1), 'accepted 3', 'rested 3: 1 @ 100'],
      [sell(4, 101, 1), 'accepted 4', 'rested 4: 1 @ 101'],
      [cancel(2), 'cancelled 2: 1, user'],
      [buy(5, 98, 1), 'accepted 5', 'rested 5: 1 @ 98'],
    ],
    bids: [1, 3, 5],
    asks: [4],
  },
  {
    rule: 'an order that would trade and then rest at one level too many is refused whole',
    limits: { levelsMax: 1 },
    given: [sell(1, 100, 1), buy(2, 90, 1)],
    steps: [
      [buy(3, 100, 2), 'refused 3: levels full'],
      [buy(3, 100, 1), 'accepted 3', 'filled 1 by 3: 1 @ 100, 0 left'],
    ],
    bids: [2],
    asks: [],
  },
  {
    rule: 'on a full side an order may move where its own level makes room',
    limits: { levelsMax: 2 },
    given: [buy(1, 100, 1), buy(2, 99, 1), buy(3, 99, 1)],
    steps: [
      [amend(2, 98, 1), 'refused 2: levels full'],
      [amend(1, 98, 1), 'amended 1: 1 @ 98, 1 open', 'rested 1: 1 @ 98'],
      [amend(2, 98, 1), 'amended 2: 1 @ 98, 1 open', 'rested 2: 1 @ 98'],
    ],
    bids: [3, 1, 2],
    asks: [],
  },
  {
    rule: 'the sizes of one side stay below 2^53 together',
    given: [sell(1, 100, MAX - 5), sell(2, 101, 3)],
    steps: [
      [sell(3, 102, 3), 'refused 3: size full'],
      [sell(3, 102, 2), 'accepted 3', 'rested 3: 2 @ 102'],
      [amend(2, 101, 4), 'refused 2: size full'],
      [amend(2, 103, 3), 'amended 2: 3 @ 103, 3 open', 'rested 2: 3 @ 103'],
      [cancel(3), 'cancelled 3: 2, user'],
      [amend(2, 101, 5), 'amended 2: 5 @ 101, 5 open', 'rested 2: 5 @ 101'],
    ],
    bids: [],
    asks: [1, 2],
  },
  {
    rule: 'a full book refuses what would rest, counted before the command, and nothing else',
    limits: { ordersMax: 2 },
    given: [sell(1, 100, 1), buy(2, 90, 1)],
    steps: [
      [buy(3, 91, 1), 'refused 3: orders full'],
      [buy(3, 100, 2), 'refused 3: orders full'],
      [
        buy(3, 100, 2, { tif: IOC }),
        'accepted 3',
        'filled 1 by 3: 1 @ 100, 0 left',
        'cancelled 3: 1, unfilled',
      ],
      [buy(4, 91, 1), 'accepted 4', 'rested 4: 1 @ 91'],
      [amend(4, 89, 2), 'amended 4: 2 @ 89, 2 open', 'rested 4: 2 @ 89'],
    ],
    bids: [2, 4],
    asks: [],
  },
];
