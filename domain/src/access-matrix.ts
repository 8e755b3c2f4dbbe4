/**
 * Who may do what: permission → role → scope letters. A role that is not named has no such
 * function. Letters: `*` all · `o` own person · `s` own shop · `m` own merchant · `b` own branch
 * union or enterprise · `t` own subtree of organisations · `p` programmes in which his organisation
 * is a named party · `i` own industry · `k` own bank or channel · `c` cases assigned to him ·
 * `~` personal fields masked.
 *
 * Where a plan names the party that prepares or approves an act, that party's organisation stands
 * in the place of the letters; the role must still be named here. Such roles have `-`.
 *
 * @policy XN23 五(一), SM23 九, SX20 四, SX25
 */
export const matrix = {
  // programmes, their parties and versions
  'programme.read': {
    MOW: '*',
    BUC: '*',
    UNI: 't',
    COM: 'p',
    FIN: 'p',
    IND: 'p',
    BNK: 'k',
    AUD: '*',
    CSA: '*',
  },
  'programme.create': { UNI: 't', COM: 'p' },
  'programme.prepare': { UNI: 't', COM: 'p' },
  'programme.approve': { UNI: 't', COM: '-', FIN: 'p' },
  'programme.stop': { UNI: 't', COM: 'p', BNK: 'k' },
  'programme.resume_prepare': { UNI: 't', COM: 'p' },
  'programme.resume_approve': { UNI: 't', COM: '-', FIN: 'p' },
  'programme.close_prepare': { UNI: 't', COM: 'p' },
  'programme.close_approve': { UNI: 't', COM: '-', FIN: 'p' },

  // money in, pools, allocations, transfers between pools
  'fund.read': { BUC: 'b', UNI: 't', COM: 'p', FIN: 'p', BNK: 'k', AUD: '*' },
  'funding_order.create': { BUC: 'b', UNI: 't', COM: 'p' },
  'funding_order.read': { BUC: 'b', UNI: 't', COM: 'p', FIN: 'p', BNK: 'k', AUD: '*' },
  'funding_order.confirm_receipt': { BNK: 'k' },
  'funding_order.match': { BUC: '-', UNI: 't', COM: '-', FIN: 'p', BNK: 'k' },
  'funding_order.approve': { UNI: 't', COM: '-', FIN: 'p', BNK: '-' },
  'allocation.create': { BUC: 'b', UNI: 't', COM: 'p' },
  'allocation.read': { BUC: 'b', UNI: 't', COM: 'p', FIN: 'p', BNK: 'k', AUD: '*' },
  'allocation.approve': { UNI: 't', COM: '-', FIN: 'p' },
  'pool_transfer.create': { UNI: 't', COM: 'p' },
  'pool_transfer.read': { UNI: 't', COM: 'p', FIN: 'p', AUD: '*' },
  'pool_transfer.approve': { UNI: 't', COM: '-', FIN: 'p' },
  'bank_statement.create': { UNI: 't', FIN: 'p', BNK: 'k' },
  'bank_statement.read': { BUC: 'b', UNI: 't', COM: 'p', FIN: 'p', BNK: 'k', AUD: '*' },

  // the ten measures and their caps
  'cap.read': { BUC: '*', UNI: '*', FIN: '*', AUD: '*' },
  'cap.prepare': { UNI: 't' },
  'cap.approve': { UNI: 't' },

  // organisations, persons, rosters
  'organisation.read': {
    BUC: 't',
    UNI: 't',
    COM: '*',
    FIN: '*',
    IND: '*',
    BNK: '*',
    AUD: '*',
    SYS: '*',
  },
  'organisation.create': { UNI: 't', SYS: '*' },
  'organisation.update': { UNI: 't', SYS: '*' },
  'person.read': { RES: 'o', AUD: '*~', POL: 'c', CSA: 'c~' },
  'person.read_full': { AUD: '*', POL: 'c' },
  'roster.create': { BUC: 'b', UNI: '-', COM: 'p' },
  'roster.read': { BUC: 'b', UNI: 't~', COM: 'p~', FIN: 'p~', AUD: '*~', POL: 'c', CSA: 'c~' },
  'roster.summary': { BUC: 'b', UNI: 't', COM: 'p', FIN: 'p', BNK: 'k', AUD: '*' },
  'roster.update': { BUC: 'b', COM: 'p' },
  'roster.submit': { BUC: 'b', UNI: '-', COM: 'p' },
  'roster.confirm': { BUC: '-', UNI: 't', COM: 'p', FIN: '-' },

  // issuing and recall
  'issue_batch.create': { BUC: 'b', UNI: 't', COM: 'p', BNK: '-' },
  'issue_batch.read': {
    BUC: 'b',
    UNI: 't',
    COM: 'p',
    FIN: 'p',
    BNK: 'k',
    AUD: '*',
    POL: 'c',
    CSA: '*~',
  },
  'issue_batch.approve': { UNI: 't', COM: '-', FIN: '-' },
  'issue_batch.execute': { UNI: 't', COM: 'p', BNK: 'k' },
  'recall.create': { BUC: 'b', UNI: '-', COM: 'p', BNK: '-' },
  'recall.read': { BUC: 'b', UNI: 't', COM: 'p', FIN: 'p', AUD: '*' },
  'recall.approve': { UNI: 't', COM: 'p', FIN: '-' },

  // rounds and claims
  'round.read': {
    RES: '*',
    BUC: 'b',
    UNI: 't',
    COM: 'p',
    FIN: 'p',
    BNK: 'k',
    AUD: '*',
    CSA: '*',
  },
  'round.create': { UNI: 't', COM: 'p' },
  'round.approve': { UNI: 't', COM: '-', FIN: 'p' },
  'round.stop': { UNI: 't', COM: 'p', BNK: 'k' },
  'round.adjust_prepare': { UNI: 't', COM: 'p' },
  'round.adjust_approve': { UNI: 't', COM: '-', FIN: 'p' },
  'claim.create': { RES: 'o' },
  'claim.read': { RES: 'o', AUD: '*~', CSA: 'c~' },

  // vouchers, payment codes
  'voucher.read': {
    RES: 'o',
    BUC: 'b~',
    BNK: 'k~',
    AUD: '*~',
    POL: 'c',
    CSA: 'c~',
  },
  'voucher.summary': { BUC: 'b', UNI: 't', COM: 'p', FIN: 'p', BNK: 'k', AUD: '*' },
  'payment_code.create': { RES: 'o' },

  // redemption, reversal, refund
  'redemption.create': { CSH: 's' },
  'redemption.read': {
    RES: 'o',
    CSH: 's~',
    MOW: 'm~',
    COM: 'p~',
    BNK: 'k',
    AUD: '*~',
    POL: 'c',
    CSA: 'c~',
  },
  'redemption.summary': { BUC: 'b', UNI: 't', COM: 'p', FIN: 'p', IND: 'i', BNK: 'k', AUD: '*' },
  'redemption.confirm': { BNK: 'k' },
  'reversal.create': { CSH: 's', MOW: 'm' },
  'refund.create': { CSH: 's', MOW: 'm' },
  'refund.read': { RES: 'o', CSH: 's~', MOW: 'm~', COM: 'p~', FIN: 'p', BNK: 'k', AUD: '*~' },
  'refund.approve': { COM: 'p' },
  'payment_network.operate': { BNK: 'k' },

  // merchants, shops, terminals, sanctions
  'merchant.create': { MOW: 'm' },
  'merchant.read': {
    MOW: 'm',
    UNI: 't',
    COM: 'p',
    FIN: 'p',
    IND: 'i',
    BNK: 'k',
    AUD: '*',
    POL: 'c',
    CSA: '*',
  },
  'merchant.update': { MOW: 'm' },
  'merchant.apply': { MOW: 'm' },
  'merchant.review': { UNI: '-', COM: 'p', IND: 'i' },
  'merchant.suspend': { COM: 'p', IND: 'i', UNI: '-' },
  'merchant.sanction_prepare': { COM: 'p', IND: 'i', UNI: '-' },
  'merchant.sanction_approve': { COM: 'p', UNI: '-', FIN: '-' },
  'dishonesty.create': { COM: 'p', IND: 'i' },
  'dishonesty.approve': { COM: 'p' },
  'dishonesty.read': { COM: '*', FIN: '*', IND: '*', BNK: '*', AUD: '*', POL: '*' },
  'shop.read': {
    CSH: 's',
    MOW: 'm',
    COM: 'p',
    IND: 'i',
    BNK: 'k',
    AUD: '*',
    POL: 'c',
    CSA: '*',
  },
  'shop.create': { MOW: 'm' },
  'shop.update': { MOW: 'm' },
  'terminal.create': { MOW: 'm', BNK: 'k' },
  'terminal.release': { MOW: 'm', BNK: 'k' },
  'cashier.create': { MOW: 'm' },
  'cashier.end': { MOW: 'm' },
  'settlement_account.update': { MOW: 'm' },
  'settlement_account.read': { MOW: 'm', FIN: 'p~', BNK: 'k', AUD: '*~', POL: 'c' },
  'settlement_account.verify': { BNK: 'k' },

  // expiry, returns to funders
  'expiry.run': { UNI: 't', COM: 'p' },
  'fund_return.create': { UNI: 't', COM: 'p' },
  'fund_return.read': { BUC: 'b', UNI: 't', COM: 'p', FIN: 'p', BNK: 'k', AUD: '*' },
  'fund_return.approve': { UNI: 't', COM: '-', FIN: 'p' },
  'fund_return.execute': { BNK: 'k' },
  'fund_return.confirm_receipt': { BUC: 'b', UNI: 't', FIN: 'p' },

  // settlement, payouts, reconciliation
  'settlement.create': { UNI: 't', COM: 'p', BNK: 'k' },
  'settlement.read': {
    MOW: 'm',
    UNI: 't',
    COM: 'p',
    FIN: 'p',
    BNK: 'k',
    AUD: '*',
    POL: 'c',
    CSA: 'c~',
  },
  'settlement.approve': { UNI: 't', COM: '-', FIN: 'p' },
  'payout.read': { MOW: 'm', UNI: 't', COM: 'p', FIN: 'p', BNK: 'k', AUD: '*' },
  'payout.approve': { UNI: 't', COM: '-', FIN: 'p' },
  'payout.execute': { BNK: 'k' },
  'payout.hold': { COM: 'p', FIN: 'p' },
  'payout.release': { COM: 'p', FIN: 'p' },
  'reconciliation.create': { UNI: 't', FIN: 'p', BNK: 'k' },
  'reconciliation.read': { BUC: 'b', UNI: 't', COM: 'p', FIN: 'p', BNK: 'k', AUD: '*' },
  'reconciliation.approve': { FIN: 'p', UNI: '-' },
  // Payments that nobody asked for belong to no programme, and name no person.
  'payment_notice.read': { UNI: '*', FIN: '*', BNK: '*', AUD: '*' },

  // complaints
  'complaint.create': { RES: 'o' },
  'complaint.read': { RES: 'o', BUC: 'b', UNI: 't', COM: 'p', BNK: 'k', AUD: '*~', CSA: 'p~' },
  'complaint.answer': { UNI: 't', COM: 'p', CSA: 'p~' },

  // evaluation, audit
  'evaluation.create': { UNI: 't', COM: 'p' },
  'evaluation.read': {
    MOW: 'm',
    BUC: 'b',
    UNI: 't',
    COM: 'p',
    FIN: 'p',
    IND: 'i',
    BNK: 'k',
    AUD: '*',
  },
  'paper_register.create': { BUC: 'b', UNI: 't' },
  'paper_register.read': { BUC: 'b', UNI: 't', FIN: 'p', AUD: '*' },
  'gate.read': { COM: '*', FIN: '*', BNK: '*', AUD: '*', CSA: '*', SYS: '*' },
  'gate.update': { COM: '*', SYS: '*' },
  'audit.read': {
    RES: 'o',
    MOW: 'm',
    BUC: 'b',
    UNI: 't',
    COM: 'p',
    FIN: 'p',
    IND: 'i',
    BNK: 'k',
    AUD: '*',
    POL: 'c',
  },
  'audit.verify': { AUD: '*' },

  // accounts
  'staff.create': { SYS: '*' },
  'staff.read': { UNI: 't', COM: 'p', FIN: 'p', IND: 'p', BNK: 'p', AUD: '*', SYS: '*' },
  'staff.disable': { SYS: '*' },
  'staff.reset': { SYS: '*' },
  'grant.create': { MOW: 'm', UNI: 't', COM: 'p', FIN: 'p', IND: 'p', BNK: 'p', SYS: '*' },
  'grant.read': { MOW: 'm', UNI: 't', COM: 'p', FIN: 'p', IND: 'p', BNK: 'p', AUD: '*', SYS: '*' },
  'grant.revoke': { MOW: 'm', UNI: 't', COM: 'p', FIN: 'p', IND: 'p', BNK: 'p', SYS: '*' },
  'system.read': { AUD: '*', SYS: '*' },
  'system.update': { SYS: '*' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;
