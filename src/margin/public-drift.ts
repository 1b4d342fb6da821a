// `plimsoll/drift`: the figures of Drift's accounts. There is no network behind it; nothing is
// defined here.

export * from './drift/public.ts';
