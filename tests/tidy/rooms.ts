// Who may import whom, and which packages are guests where: the table of ARCHITECTURE.md as data.
// The references in the rooms' tsconfig.json must say the same, and the compiler enforces those;
// this adds what it cannot see.

export interface Room {
  /** The other rooms under src that this one may import. */
  readonly rooms: readonly string[];
  /** Packages from outside; `node:` stands for everything that Node brings along. */
  readonly packages: readonly string[];
}

/** Rooms whose code is a pure function of its arguments: no clock, no dice, no I/O. */
export const PURE_ROOMS = ['units', 'margin', 'book', 'engine'] as const;

const CORE = ['units', 'margin', 'book', 'engine', 'journal', 'runtime'];

export const ROOMS: Readonly<Record<string, Room>> = {
  units: { rooms: [], packages: [] },
  margin: { rooms: ['units'], packages: [] },
  book: { rooms: ['units'], packages: [] },
  engine: { rooms: ['units', 'margin', 'book'], packages: [] },
  journal: { rooms: ['units', 'engine'], packages: ['node:'] },
  runtime: { rooms: ['units', 'engine', 'journal'], packages: ['node:'] },
  contract: { rooms: ['units', 'engine'], packages: ['zod'] },
  projections: {
    rooms: ['units', 'margin', 'engine'],
    packages: ['node:', 'kysely', 'pg'],
  },
  feeds: { rooms: ['units'], packages: ['node:', 'ccxt'] },
  brokers: { rooms: ['margin'], packages: ['node:', 'zod', '@solana/codecs'] },
  // zod for types only: it runs in a browser
  client: { rooms: ['units', 'contract'], packages: ['zod'] },
  api: {
    rooms: ['units', 'margin', 'contract', 'runtime', 'projections'],
    packages: ['node:', 'zod', 'fastify', '@scalar/fastify-api-reference', 'prom-client', 'ws'],
  },
  app: {
    rooms: [
      'units',
      'engine',
      'journal',
      'runtime',
      'contract',
      'api',
      'projections',
      'feeds',
      'brokers',
    ],
    packages: ['node:', 'zod', 'pino'],
  },
  cli: {
    rooms: [...CORE, 'contract', 'app', 'client', 'brokers'],
    packages: ['node:', 'commander'],
  },
  testing: { rooms: CORE, packages: ['node:', 'fast-check', 'pg'] },
};

const EVERY_ROOM = Object.keys(ROOMS);

/** What lies beside src. These may also import each other where `rooms` names the folder. */
export const OUTSIDE: Readonly<Record<string, Room>> = {
  '': { rooms: [], packages: ['node:', 'vitest'] }, // vitest.config.ts
  // Starts src/cli/main.ts by path, so that an old Node can read bin.
  bin: { rooms: [], packages: ['node:'] },
  examples: { rooms: ['client'], packages: ['node:'] },
  scripts: { rooms: [...EVERY_ROOM, 'bin'], packages: ['node:', 'zod'] },
  bench: {
    rooms: EVERY_ROOM,
    packages: ['node:', 'nodejs-order-book', 'hft-limit-order-book', 'fastify', 'ws'],
  },
  tests: {
    rooms: [...EVERY_ROOM, 'scripts', 'bench', 'bin', 'examples'],
    // plimsoll: what a program outside imports by the name of this package
    packages: ['node:', 'vitest', 'fast-check', 'plimsoll'],
  },
};

/** What a test beside the code may import more than its room. */
export const TEST_GUESTS: Room = {
  rooms: ['testing'],
  packages: ['node:', 'vitest', 'fast-check'],
};
