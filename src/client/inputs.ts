// What callers write, before the server's defaults are filled in.

import type * as z from 'zod';
import type { placeOrderBody } from '../contract/operations/place-order.ts';

export type PlaceOrderInput = z.input<typeof placeOrderBody>;
