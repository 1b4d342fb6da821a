// What a table is made of: kinds of columns, the type of a row, keys and indexes.

/**
 * What a column holds. `number`: an id, a time or a count that a double holds exactly; `code`: a
 * small number of the engine's protocol; `amount`: an exact bigint. With `?` the value may be
 * unknown or not apply, which is never written as zero.
 */
export type ColumnKind =
  | 'number'
  | 'code'
  | 'amount'
  | 'id'
  | 'text'
  | 'number?'
  | 'code?'
  | 'amount?'
  | 'id?'
  | 'text?';

type ValueOf<Kind extends ColumnKind> = Kind extends `${infer Base extends ColumnKind}?`
  ? ValueOf<Base> | null
  : Kind extends 'text'
    ? string
    : Kind extends 'amount' | 'id'
      ? bigint
      : number;

/** An index; `where` makes it partial, as SQL that both databases read alike. */
export interface Index {
  readonly name: string;
  readonly columns: readonly string[];
  readonly unique?: boolean;
  readonly where?: string;
}

export interface Table<Name extends string, Columns extends Readonly<Record<string, ColumnKind>>> {
  readonly name: Name;
  readonly columns: Columns;
  readonly key: readonly string[];
  readonly indexes: readonly Index[];
  /**
   * Bytes of a row with its indexes, what retention counts with: as measured in SQLite, and a third
   * more for the longer numbers of a history that has become old.
   */
  readonly bytes: number;
}

export type AnyTable = Table<string, Readonly<Record<string, ColumnKind>>>;

/** A row as it is written and read. */
export type RowOf<T extends AnyTable> = {
  -readonly [Name in keyof T['columns']]: ValueOf<T['columns'][Name]>;
};

export const table = <
  const Name extends string,
  const Columns extends Readonly<Record<string, ColumnKind>>,
>(
  name: Name,
  bytes: number,
  columns: Columns,
  key: readonly (keyof Columns & string)[],
  ...indexes: readonly Index[]
): Table<Name, Columns> => ({ name, bytes, columns, key, indexes });
