// GET /api/v1/markets/{market}/book: the order book by price, best first.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';
import { marketParams } from './get-market.ts';

export const BOOK_LEVELS_DEFAULT = 20;
export const BOOK_LEVELS_MAX = 500;

export const getBook = operation({
  id: 'get_book',
  method: 'GET',
  path: '/api/v1/markets/{market}/book',
  summary: 'The order book',
  tag: 'Market data',
  access: 'none',
  bucket: 'read',
  changes: false,
  shapes: {
    params: marketParams,
    query: z.strictObject({ levels: A.count(1, BOOK_LEVELS_MAX, BOOK_LEVELS_DEFAULT) }),
    answer: R.book,
  },
  example: {
    answer: {
      market: 'BTC-PERP',
      sequence: 1042,
      bids: [{ price: '60000', size: '1.25', orders: 3 }],
      asks: [{ price: '60000.5', size: '0.8', orders: 2 }],
      last: '60000.5',
      mark: '60000.1',
      index: '60000.1',
    },
  },
});
