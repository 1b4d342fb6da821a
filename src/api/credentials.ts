// Who may come in: the operator's token, and keys, links and sessions that the operator hands out.
// Only hashes are kept. A link opens once; what is revoked or expired opens nothing.

import { z } from 'zod';
import { CREDENTIALS_MAX } from './limits.ts';
import { hashOf, newSecret, readPrivateFile, SecretHash, writePrivateFile } from './secrets.ts';

export const SCOPES = ['read', 'trade', 'transfer', 'withdraw', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Who is asking. */
export interface Principal {
  /** The credential: for rate limits, and as the operator's name in the journal. */
  readonly id: string;
  readonly account: string;
  readonly scopes: ReadonlySet<Scope>;
  /** By a cookie the browser adds itself, so Origin must be there. */
  readonly byCookie: boolean;
}

const credential = z.strictObject({
  id: z.string(),
  kind: z.enum(['key', 'link', 'session']),
  hash: z.string(),
  account: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  expires_at_ms: z.number(),
});
type Credential = z.infer<typeof credential>;

const file = z.strictObject({ version: z.literal(1), credentials: z.array(credential) });

export interface Grant {
  readonly account: string;
  readonly scopes: readonly Scope[];
}

/** The operator acts under this name. */
export const OPERATOR = 'operator';

const LINK_LIFE_MS = 24 * 3_600_000;
export const SESSION_LIFE_MS = 30 * 24 * 3_600_000;

export interface CredentialsOptions {
  /** Where hashes are kept. */
  readonly path: string;
  /** The operator's bearer token. */
  readonly token: string;
  /** The account that the operator's token acts for when a request names none. */
  readonly operatorAccount: string;
  readonly nowMs?: () => number;
}

export class Credentials {
  private readonly path: string;
  private readonly tokenHash: SecretHash;
  private readonly operatorAccount: string;
  private readonly operator: Principal;
  private readonly nowMs: () => number;
  private readonly byHash = new Map<string, Credential>();
  /** Who stands behind a credential: the same object every time. */
  private readonly principals = new WeakMap<Credential, Principal>();

  constructor(options: CredentialsOptions) {
    this.path = options.path;
    this.tokenHash = new SecretHash(options.token);
    this.operatorAccount = options.operatorAccount;
    this.operator = {
      id: OPERATOR,
      account: options.operatorAccount,
      scopes: new Set(SCOPES),
      byCookie: false,
    };
    this.nowMs = options.nowMs ?? (() => Date.now());
    const text = readPrivateFile(options.path);
    const known = text === undefined ? [] : file.parse(JSON.parse(text)).credentials;
    for (const one of known) this.byHash.set(one.hash, one);
  }

  /** Everything that the operator may do. */
  get operatorGrant(): Grant {
    return { account: this.operatorAccount, scopes: SCOPES };
  }

  /** The bearer of the token or key with that hash; undefined when it opens nothing. */
  bearer(hash: SecretHash): Principal | undefined {
    return hash.isSame(this.tokenHash) ? this.operator : this.find(hash.text, 'key');
  }

  /** The holder of a session's cookie. */
  session(secret: string): Principal | undefined {
    return this.find(hashOf(secret), 'session');
  }

  /** A secret that opens a session once. */
  newLink(grant: Grant): { id: string; secret: string } {
    return this.add('link', grant, LINK_LIFE_MS);
  }

  newKey(grant: Grant): { id: string; secret: string } {
    return this.add('key', grant, Number.MAX_SAFE_INTEGER - this.nowMs());
  }

  /** Turns a link into a session; the link is used up. */
  openLink(secret: string): string | undefined {
    const link = this.byHash.get(hashOf(secret));
    if (link?.kind !== 'link' || link.expires_at_ms <= this.nowMs()) return undefined;
    this.byHash.delete(link.hash);
    return this.add('session', link, SESSION_LIFE_MS).secret;
  }

  /** False when there is no such credential. */
  revoke(id: string): boolean {
    for (const one of this.byHash.values()) {
      if (one.id !== id) continue;
      this.byHash.delete(one.hash);
      this.save();
      return true;
    }
    return false;
  }

  private find(hash: string, kind: Credential['kind']): Principal | undefined {
    const one = this.byHash.get(hash);
    if (one?.kind !== kind || one.expires_at_ms <= this.nowMs()) return undefined;
    const known = this.principals.get(one);
    if (known !== undefined) return known;
    const { id, account, scopes } = one;
    const made = { id, account, scopes: new Set(scopes), byCookie: kind === 'session' };
    this.principals.set(one, made);
    return made;
  }

  private add(
    kind: Credential['kind'],
    { account, scopes }: Grant,
    lifeMs: number,
  ): { id: string; secret: string } {
    this.makeRoom();
    const prefix = kind === 'key' ? 'plimsoll_' : '';
    const secret = prefix + newSecret();
    const hash = hashOf(secret);
    const id = hash.slice(0, 16);
    const expires = this.nowMs() + lifeMs;
    const made = { id, kind, hash, account, scopes: [...scopes], expires_at_ms: expires };
    this.byHash.set(hash, made);
    this.save();
    return { id, secret };
  }

  /** Expired ones go first, then the oldest session. */
  private makeRoom(): void {
    const now = this.nowMs();
    for (const one of this.byHash.values()) {
      if (one.expires_at_ms <= now) this.byHash.delete(one.hash);
    }
    if (this.byHash.size < CREDENTIALS_MAX) return;
    for (const one of this.byHash.values()) {
      if (one.kind === 'key') continue;
      this.byHash.delete(one.hash);
      return;
    }
    throw new Error(`there are ${CREDENTIALS_MAX} keys: revoke some`);
  }

  private save(): void {
    const credentials = [...this.byHash.values()];
    writePrivateFile(this.path, `${JSON.stringify({ version: 1, credentials })}\n`);
  }
}
