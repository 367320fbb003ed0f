import type { Loans } from '../../port.ts';
import type { ResourceRecord } from '../../records.ts';
import { putOffLoan } from '../../transitions/loans.ts';
import { changeEach } from '../changeEach.ts';
import { resources } from '../documents/resource.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { loanDueBy } from '../queries.ts';

export const due = (
  { store }: LedgerParts,
  { limit, ...by }: Parameters<Loans['due']>[0],
): Promise<readonly ResourceRecord[]> =>
  changeEach(store, {
    limit,
    find: (session, sought) => session.find(resources, loanDueBy(session.moment.at, sought)),
    become: (record, moment) => putOffLoan(record, by, moment),
  });
