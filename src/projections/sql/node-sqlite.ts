// kysely on Node's own SQLite: the few lines between the two. Whole numbers are read as bigints,
// because a double would round the large ones without a word; statements are prepared once.

import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { SqliteDialect, type SqliteDatabase, type SqliteStatement } from 'kysely';
import { STATEMENTS_MAX } from '../limits.ts';

export interface NodeSqliteOptions {
  readonly path: string;
  readonly readOnly?: boolean;
  /** Run once on the connection. */
  readonly pragmas: readonly string[];
}

export function nodeSqliteDialect(options: NodeSqliteOptions): SqliteDialect {
  return new SqliteDialect({
    database: () => Promise.resolve(new Connection(options)),
  });
}

class Connection implements SqliteDatabase {
  private readonly database: DatabaseSync;
  private readonly statements = new Map<string, Statement>();

  constructor({ path, readOnly = false, pragmas }: NodeSqliteOptions) {
    this.database = new DatabaseSync(path, { readOnly, readBigInts: true });
    for (const pragma of pragmas) this.database.exec(`pragma ${pragma}`);
  }

  prepare(text: string): SqliteStatement {
    const known = this.statements.get(text);
    if (known !== undefined) return known;
    if (this.statements.size >= STATEMENTS_MAX) this.statements.clear();
    const statement = new Statement(this.database.prepare(text));
    this.statements.set(text, statement);
    return statement;
  }

  close(): void {
    this.statements.clear();
    this.database.close();
  }
}

class Statement implements SqliteStatement {
  readonly reader: boolean;
  private readonly statement: StatementSync;

  constructor(statement: StatementSync) {
    this.statement = statement;
    this.reader = statement.columns().length > 0;
  }

  all(parameters: readonly unknown[]): unknown[] {
    return this.statement.all(...(parameters as SQLInputValue[]));
  }

  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: bigint } {
    const { changes, lastInsertRowid } = this.statement.run(...(parameters as SQLInputValue[]));
    return { changes, lastInsertRowid: BigInt(lastInsertRowid) };
  }

  iterate(parameters: readonly unknown[]): IterableIterator<unknown> {
    return this.statement.iterate(...(parameters as SQLInputValue[]));
  }
}
