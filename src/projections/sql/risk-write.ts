// Rows of funding, interest, liquidations and the insurance fund into their tables.

import type { Transaction } from 'kysely';
import type { Rows } from '../fold/rows.ts';
import { Inserter } from './insert.ts';
import {
  FUNDING_PAYMENTS,
  FUNDING_RATES,
  INSURANCE_CHANGES,
  INTEREST,
  LIQUIDATIONS,
} from './risk-tables.ts';
import type { HistoryTables } from './tables.ts';

export class RiskWriter {
  private readonly rates = new Inserter(FUNDING_RATES);
  private readonly payments = new Inserter(FUNDING_PAYMENTS);
  private readonly interest = new Inserter(INTEREST);
  private readonly liquidations = new Inserter(LIQUIDATIONS);
  private readonly insurance = new Inserter(INSURANCE_CHANGES);

  async write(db: Transaction<HistoryTables>, rows: Rows): Promise<void> {
    await this.rates.run(db, rows.fundingRates);
    await this.payments.run(db, rows.fundingPayments);
    await this.interest.run(db, rows.interest);
    await this.liquidations.run(db, rows.liquidations);
    await this.insurance.run(db, rows.insuranceChanges);
  }
}

/** By how many bytes the tables have grown. */
export function riskBytes(rows: Rows): number {
  return (
    rows.fundingRates.length * FUNDING_RATES.bytes +
    rows.fundingPayments.length * FUNDING_PAYMENTS.bytes +
    rows.interest.length * INTEREST.bytes +
    rows.liquidations.length * LIQUIDATIONS.bytes +
    rows.insuranceChanges.length * INSURANCE_CHANGES.bytes
  );
}
