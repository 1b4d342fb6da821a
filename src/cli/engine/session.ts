// One conversation with one engine: a line in, its answer out. It knows no streams, so that tests,
// the reference generator and the command line drive the same thing. A bad line never stops it and
// never reaches the engine.

import type { Command } from '../../engine/command.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Outcome } from '../../engine/outcome.ts';
import { livePositions, type LivePosition } from '../../contract/live-risk.ts';
import { formatDecimal, formatInUnit } from '../../units/decimal.ts';
import type { Plain } from './codecs.ts';
import { COMMANDS } from './commands.ts';
import { decodeFields } from './decode.ts';
import { EventWriter, type Telling } from './event-text.ts';
import type { Table } from './fields.ts';
import {
  JsonNumber,
  JsonObject,
  JsonReader,
  Malformed,
  short,
  shown,
  type JsonValue,
} from './json.ts';
import { Names } from './names.ts';
import { nearestOf } from './nearest.ts';
import { QUERIES, type Query } from './queries.ts';
import { edgeRefusalOf, refusalOf } from './refusal-text.ts';
import { Scope } from './scope.ts';
import { marginRatio, Views } from './views.ts';

export interface SessionOptions {
  /** Leaves out what is null or false in events. */
  readonly compact?: boolean;
}

const VERBS = ['command', 'preview', 'query'] as const;
type Verb = (typeof VERBS)[number];

const COMMAND_ENVELOPE = ['command', 'ref'];
const PREVIEW_ENVELOPE = ['command'];
const QUERY_ENVELOPE = ['query', 'ref'];
const OUTER_OF_PREVIEW = ['preview', 'ref'];

const REF_MAX = 128;

const commandTables: ReadonlyMap<string, Table> = new Map(COMMANDS.map((t) => [t.name, t]));
const queryTables: ReadonlyMap<string, Query> = new Map(QUERIES.map((q) => [q.table.name, q]));

export class Session {
  /** Lines taken. */
  lines = 0;
  private readonly engine: Engine;
  private readonly reader = new JsonReader();
  private readonly names: Names;
  private readonly scope: Scope;
  private readonly views: Views;
  private readonly events: EventWriter;
  /** `,"ref":…` of the line being answered. */
  private ref = '';
  private readonly executed: Telling;
  private readonly previewed: Telling;
  private readonly positions = new Map<number, LivePosition[]>();

  constructor(engine: Engine, { compact = false }: SessionOptions = {}) {
    this.engine = engine;
    this.names = new Names(engine);
    this.scope = new Scope(this.names);
    this.views = new Views(this.names);
    this.events = new EventWriter(this.names, compact);
    this.executed = {
      clientOrderId: '',
      creates: '',
      owner: '',
      figures: (account, market) => this.figures(account, market),
    };
    this.previewed = { clientOrderId: '', creates: '', owner: '', figures: () => '' };
  }

  /** Answers the line text[from … to), without its end. */
  answer(text: string, from = 0, to = text.length): string {
    this.lines += 1;
    this.ref = '';
    try {
      return this.answerObject(this.reader.object(text, from, to));
    } catch (error) {
      if (error instanceof Malformed) return this.malformed(error.message, error.field);
      throw error;
    }
  }

  /** The answer to a line that could not even be read as text. */
  unreadable(message: string): string {
    this.lines += 1;
    this.ref = '';
    return this.malformed(message, undefined);
  }

  private answerObject(line: JsonObject): string {
    if (line.names.includes('ref')) this.ref = refText(line.get('ref') ?? null);
    const verb = verbOf(line);
    if (verb === 'query') return this.query(line);
    if (verb === 'command') return this.execute(line);
    return this.preview(line);
  }

  private execute(line: JsonObject): string {
    const { scope } = this;
    const command = this.command(line, COMMAND_ENVELOPE);
    if (scope.refusal !== undefined) return this.refused(edgeRefusalOf(scope.refusal));
    const outcome = this.engine.execute(command);
    const sequence = outcome.taken || outcome.repeated ? `,"sequence":${outcome.sequence}` : '';
    if (!outcome.accepted) {
      return this.refused(refusalOf(outcome, command, scope), sequence + repeatedText(outcome));
    }
    if (outcome.time > scope.now) scope.now = outcome.time;
    if (this.positions.size > 0) this.positions.clear();
    const events = this.events.text(this.engine.events, this.tell(this.executed, command));
    const order = orderText(command, outcome) + repeatedText(outcome);
    return `{"ok":true${this.ref}${sequence}${order},"events":[${events}]}`;
  }

  private preview(line: JsonObject): string {
    const { scope } = this;
    onlyMembers(line, OUTER_OF_PREVIEW);
    const inner = line.get('preview');
    if (!(inner instanceof JsonObject)) {
      throw new Malformed('Field preview is a command: {"command": …}.', 'preview');
    }
    const command = this.command(inner, PREVIEW_ENVELOPE);
    if (scope.refusal !== undefined) return this.refused(edgeRefusalOf(scope.refusal));
    const outcome = this.engine.preview(command);
    if (!outcome.accepted) return this.refused(refusalOf(outcome, command, scope));
    const events = this.events.text(this.engine.events, this.tell(this.previewed, command));
    return `{"ok":true${this.ref},"preview":true,"events":[${events}]}`;
  }

  private query(line: JsonObject): string {
    const { scope } = this;
    const name = line.get('query');
    const query = typeof name === 'string' ? queryTables.get(name) : undefined;
    if (query === undefined) throw unknownName('query', name, [...queryTables.keys()]);
    const target = decodeFields(query.table, line, QUERY_ENVELOPE, scope);
    if (scope.refusal !== undefined) return this.refused(edgeRefusalOf(scope.refusal));
    const members = JSON.stringify(query.run(target, scope, this.views));
    return `{"ok":true${this.ref}${members === '{}' ? '' : ','}${members.slice(1)}`;
  }

  private command(line: JsonObject, envelope: readonly string[]): Command {
    const name = line.get('command');
    const table = typeof name === 'string' ? commandTables.get(name) : undefined;
    if (table === undefined) throw unknownName('command', name, [...commandTables.keys()]);
    return decodeFields(table, line, envelope, this.scope) as unknown as Command;
  }

  private refused(members: Record<string, Plain>, head = ''): string {
    return `{"ok":false${this.ref}${head},${JSON.stringify(members).slice(1)}`;
  }

  private malformed(message: string, field: string | undefined): string {
    const members = { message, line: this.lines, ...(field === undefined ? {} : { field }) };
    return `{"ok":false${this.ref},"code":"MALFORMED",${JSON.stringify(members).slice(1)}`;
  }

  /** What the events of this command cannot say themselves. */
  private tell(telling: Telling, command: Command): Telling {
    telling.clientOrderId = command.kind === 'place_order' ? command.clientOrderId : '';
    telling.creates = createdName(command);
    if (command.kind === 'create_account') telling.owner = command.owner || command.name;
    return telling;
  }

  /** How a position stands now: where it is liquidated, and how far its scope is from that. */
  private figures(account: number, market: number): string {
    let views = this.positions.get(account);
    if (views === undefined) {
      views = livePositions(this.engine, account);
      this.positions.set(account, views);
    }
    const view = views.find((row) => row.market === market);
    const units = this.names.market(market);
    if (view === undefined || view.size === 0 || units === undefined) return '';
    const { liquidationPrice } = view;
    const liquidation =
      liquidationPrice === undefined
        ? 'null'
        : `"${formatInUnit(liquidationPrice, units.priceUnit)}"`;
    const ratio = formatDecimal(marginRatio(view, this.engine), 2);
    return `,"liquidation_price":${liquidation},"margin_ratio":"${ratio}"`;
  }
}

function verbOf(line: JsonObject): Verb {
  const verbs = VERBS.filter((verb) => line.get(verb) !== undefined);
  if (verbs.length === 1) return verbs[0];
  if (verbs.length > 1) {
    throw new Malformed(`A line is one of ${VERBS.join(', ')}, not several of them.`, verbs[1]);
  }
  const name = line.names.find((member) => member !== 'ref');
  const near = name === undefined ? '' : nearestOf(name, VERBS);
  throw new Malformed(
    `A line has one of ${VERBS.join(', ')}${near}${near === '' ? '.' : '?'}`,
    'command',
  );
}

function onlyMembers(line: JsonObject, known: readonly string[]): void {
  const name = line.names.find((member) => !known.includes(member));
  if (name === undefined) return;
  const near = nearestOf(name, known);
  const end = near === '' ? '.' : `${near}?`;
  throw new Malformed(
    `A preview has no field ${shown(name)} beside the command${end}`,
    short(name),
  );
}

function unknownName(
  kind: 'command' | 'query',
  given: JsonValue | undefined,
  known: readonly string[],
): Malformed {
  if (given === undefined) return new Malformed(`Field ${kind} is missing.`, kind);
  if (typeof given !== 'string') return new Malformed(`Field ${kind} is a string.`, kind);
  const near = nearestOf(given, known);
  const end = near === '' ? `: the known ones are ${known.join(', ')}.` : `${near}?`;
  return new Malformed(`There is no ${kind} ${shown(given)}${end}`, kind);
}

function refText(ref: JsonValue): string {
  if (typeof ref === 'string' && ref.length <= REF_MAX) return `,"ref":${JSON.stringify(ref)}`;
  if (ref instanceof JsonNumber && ref.text.length <= REF_MAX) return `,"ref":${ref.text}`;
  throw new Malformed(`Field ref is a string or number of at most ${REF_MAX} characters.`, 'ref');
}

const repeatedText = (outcome: Outcome): string => (outcome.repeated ? ',"repeated":true' : '');

/**
 * The number of the order that a command made or named, so that nobody has to look for it in the
 * events.
 */
function orderText(command: Command, outcome: Outcome): string {
  const { kind } = command;
  const isOrder = kind === 'place_order' || kind === 'amend_order' || kind === 'cancel_order';
  return isOrder && outcome.created !== 0 ? `,"order":"${outcome.created}"` : '';
}

function createdName(command: Command): string {
  if (command.kind === 'create_account') return command.name;
  if (command.kind === 'create_asset' || command.kind === 'create_market') return command.symbol;
  return '';
}
