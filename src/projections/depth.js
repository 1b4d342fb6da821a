// Price levels of every market from the events alone, for the stream: what a reader is shown is
// what is durable, while the engine's own book may be ahead. Knows every open order's price and
// size; after each command it tells which levels have changed and to what.
import { ORDER_STOP_MARKET } from '../engine/command.js';
import { EVENT_WIDTHS, ORDER_ACCEPTED, ORDER_AMENDED, ORDER_CANCELLED, ORDER_FILLED, ORDER_TRIGGERED, } from '../engine/event.js';
import { assert } from '../units/assert.js';
export class Depth {
    name = 'depth';
    sequence;
    onDepth;
    orders = new Map();
    markets = new Map();
    /** Levels that the current command has touched, by market. */
    touched = new Map();
    /** Begins with the open orders of an engine that stands at `sequence`. */
    constructor(engine, sequence, onDepth = () => undefined) {
        this.sequence = sequence;
        this.onDepth = onDepth;
        const { orders, orderIndex, accounts } = engine.state;
        for (let account = 0; account < accounts.rows; account++) {
            for (const { order, market, side, price, open } of engine.orders(account)) {
                const resting = orders.isStop(orderIndex.find(order)) ? 0 : open;
                this.add(order, { market, side: side > 0 ? 1 : -1, price, resting });
            }
        }
        this.touched.clear();
    }
    apply(sequence, _timeMs, outcome) {
        const { events } = outcome;
        this.sequence = sequence;
        for (let at = 0; at < events.length; at += EVENT_WIDTHS[events[at]])
            this.take(events, at);
        if (this.touched.size === 0)
            return;
        for (const [market, keys] of this.touched) {
            this.onDepth(market, sequence, [...keys].map((key) => this.change(market, key)));
        }
        this.touched.clear();
    }
    /** The best levels of a market, best first. */
    snapshot(market, levels) {
        const { bids, asks } = this.sides(market);
        const { sequence } = this;
        return { market, sequence, bids: best(bids, -1, levels), asks: best(asks, 1, levels) };
    }
    take(data, at) {
        const order = data[at + 1];
        switch (data[at]) {
            case ORDER_ACCEPTED:
                return this.accept(order, data, at + 1);
            case ORDER_FILLED:
                return this.rest(order, this.known(order).price, data[at + 11]);
            case ORDER_AMENDED:
                return this.rest(order, data[at + 4], data[at + 6]);
            case ORDER_TRIGGERED:
                return this.rest(order, this.known(order).price, data[at + 6]);
            case ORDER_CANCELLED:
                if (this.orders.has(order))
                    this.rest(order, 0, 0);
                return;
            default:
        }
    }
    accept(order, data, at) {
        const resting = data[at + 4] >= ORDER_STOP_MARKET ? 0 : data[at + 15];
        if (resting === 0 && data[at + 4] < ORDER_STOP_MARKET)
            return;
        const side = data[at + 3] > 0 ? 1 : -1;
        this.add(order, { market: data[at + 2], side, price: data[at + 5], resting });
    }
    add(order, row) {
        this.orders.set(order, row);
        if (row.resting > 0)
            this.count(row, row.resting, 1);
    }
    /** The order stands at this price with this size from now on; with none it is over. */
    rest(order, price, resting) {
        const row = this.known(order);
        if (row.resting > 0)
            this.count(row, -row.resting, -1);
        if (resting === 0) {
            this.orders.delete(order);
            return;
        }
        row.price = price;
        row.resting = resting;
        this.count(row, resting, 1);
    }
    count({ market, side, price }, size, orders) {
        const { bids, asks } = this.sides(market);
        const levels = side > 0 ? bids : asks;
        const level = levels.get(price);
        if (level === undefined)
            levels.set(price, { size, orders });
        else {
            level.size += size;
            level.orders += orders;
            if (level.orders === 0)
                levels.delete(price);
        }
        const keys = this.touched.get(market);
        if (keys === undefined)
            this.touched.set(market, new Set([side * price]));
        else
            keys.add(side * price);
    }
    change(market, key) {
        const side = key > 0 ? 1 : -1;
        const price = key * side;
        const { bids, asks } = this.sides(market);
        const level = (side > 0 ? bids : asks).get(price);
        return { side, price, size: level?.size ?? 0, orders: level?.orders ?? 0 };
    }
    known(order) {
        const row = this.orders.get(order);
        assert(row !== undefined, 'an event speaks of an order that the depth does not know');
        return row;
    }
    sides(market) {
        const known = this.markets.get(market);
        if (known !== undefined)
            return known;
        const made = { bids: new Map(), asks: new Map() };
        this.markets.set(market, made);
        return made;
    }
}
function best(levels, direction, count) {
    const prices = [...levels.keys()].sort((a, b) => (a - b) * direction).slice(0, count);
    return prices.map((price) => ({ price, size: 0, orders: 0, ...levels.get(price) }));
}
//# sourceMappingURL=depth.js.map