import type { Engine } from '../engine/engine.ts';
/** A level as it is now; `size` 0 and `orders` 0: it is gone. */
export interface DepthLevel {
    readonly price: number;
    readonly size: number;
    readonly orders: number;
}
export interface DepthChange extends DepthLevel {
    readonly side: 1 | -1;
}
export interface DepthSnapshot {
    readonly market: number;
    /** The last command that is in it; changes with a larger sequence go on from it. */
    readonly sequence: number;
    readonly bids: readonly DepthLevel[];
    readonly asks: readonly DepthLevel[];
}
/** Told once per command and market, with every level that changed. */
export type OnDepth = (market: number, sequence: number, changes: readonly DepthChange[]) => void;
export declare class Depth {
    readonly name = "depth";
    private sequence;
    private readonly onDepth;
    private readonly orders;
    private readonly markets;
    /** Levels that the current command has touched, by market. */
    private readonly touched;
    /** Begins with the open orders of an engine that stands at `sequence`. */
    constructor(engine: Engine, sequence: number, onDepth?: OnDepth);
    apply(sequence: number, _timeMs: number, outcome: {
        readonly events: Float64Array;
    }): void;
    /** The best levels of a market, best first. */
    snapshot(market: number, levels: number): DepthSnapshot;
    private take;
    private accept;
    private add;
    /** The order stands at this price with this size from now on; with none it is over. */
    private rest;
    private count;
    private change;
    private known;
    private sides;
}
