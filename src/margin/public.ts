// `plimsoll/margin`: what programs outside may import of this room. The formulas stay where they
// are; nothing is defined here.

export * from './venues/public.ts';
