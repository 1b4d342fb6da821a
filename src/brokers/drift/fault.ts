// What may be wrong with what an RPC node or a recorded file says. Every message names the account
// and both numbers, so that a reader knows whether the node, the file or the configuration is off.

export const DRIFT_FAULTS = [
  /** No answer, or one that is no answer to the question: may pass when asked again. */
  'unreachable',
  /** The node answered, but what it says is no JSON-RPC result of the wanted shape. */
  'malformed',
  /** An account that is needed is not there. */
  'missing',
  /** The account belongs to another program. */
  'owner',
  /** Another kind of account, or another version of its layout. */
  'layout',
  /** A field holds a value that we do not know the meaning of. */
  'value',
  /** An address, a symbol or a setting that cannot be. */
  'input',
] as const;

export type DriftFaultKind = (typeof DRIFT_FAULTS)[number];

/** Thrown at this edge only; the figures in `margin` never see one. */
export class DriftFault extends Error {
  readonly kind: DriftFaultKind;

  constructor(kind: DriftFaultKind, message: string) {
    super(message);
    this.name = 'DriftFault';
    this.kind = kind;
  }
}
