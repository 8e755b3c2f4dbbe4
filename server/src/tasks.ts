import { purgeNonces } from './db/nonce.ts';
import { transact, type Actor } from './db/transact.ts';
import { openHeadPlace } from './events/head-key.ts';
import { publishHead } from './events/heads.ts';
import { runVerification } from './features/audit/verification.ts';
import { closeProgramme } from './features/expiry/closing.ts';
import { releaseDue } from './features/expiry/expiry.ts';
import { resumeClosings } from './features/expiry/resume.ts';
import { probeGates } from './features/gate/probe.ts';
import { returnUnbound } from './features/issuing/leftovers.ts';
import { remindExpiring, tellIssued } from './features/issuing/notices.ts';
import { runRecall } from './features/issuing/recall.ts';
import { resumeIssuing } from './features/issuing/resume.ts';
import { runIssue } from './features/issuing/run.ts';
import { forgetBadScans } from './features/merchant/bad-scan.ts';
import { bringVersionsIntoForce } from './features/programme/programme.ts';
import { voidOverdueTries, voidsPerRunMax } from './features/redemption/decide.ts';
import { resolveUnknown, sendNetworkRefunds } from './features/redemption/network.ts';
import { failInterruptedImports } from './features/roster/import.ts';
import { purgeRosters } from './features/roster/purge.ts';
import { closeOverdueRounds } from './features/round/close-overdue.ts';
import { contradictionIn, openContradiction } from './features/settlement/contradiction.ts';
import { closeDays, draftRuns, payStep, recheckStep } from './features/settlement/jobs.ts';
import { purgePaymentCodes } from './features/wallet/payment-code.ts';
import type { Context } from './http/context.ts';
import { idIn, type Round, type Task } from './jobs/run-jobs.ts';

const worker = (name: string): Actor => ({ kind: 'system', id: name });

/** The work that acts leave behind and that the day brings, by the names the queue knows it by. */
export function tasksOf(context: Context): Readonly<Record<string, Task>> {
  const { db, keys, ports } = context;
  const payer = { db, keys, bank: ports.bank };
  const teller = { db, keys, sms: ports.sms };
  return {
    issue_batch: (p) => runIssue(db, worker('issue_batch'), idIn(p, 'batchId')),
    recall_batch: (p) => runRecall(db, worker('recall_batch'), idIn(p, 'recallId')),
    close_programme: (p) =>
      closeProgramme(db, worker('close_programme'), idIn(p, 'closingOrderId')),
    tell_issued: (p) => tellIssued(teller, worker('tell_issued'), idIn(p, 'eventId')),
    open_contradiction: (p) =>
      openContradiction(db, worker('open_contradiction'), contradictionIn(p)),
    send_return: () => payStep(payer),
    remind_expiring: () => remindExpiring(teller, worker('remind_expiring')),
    release_expired: () => releaseDue(db, worker('release_expired')),
    return_unbound: () => returnUnbound(db, worker('return_unbound')),
    publish_head: () => {
      const { dataFolder: data, headsFolder: heads } = context.config;
      return publishHead(db, worker('publish_head'), openHeadPlace({ data, heads }));
    },
    verify_all: (p) => {
      const { dataFolder: data, headsFolder: heads } = context.config;
      const place = openHeadPlace({ data, heads });
      const verificationId = idIn(p, 'verificationId');
      return runVerification(db, worker('verify_all'), { verificationId, place });
    },
    close_rounds: () => closeOverdueRounds(db, worker('close_rounds')),
    bring_versions: () => transact(db, worker('bring_versions'), bringVersionsIntoForce),
    draft_settlement: () => draftRuns(db),
    close_days: () => closeDays(db),
    purge_rosters: async () => void (await purgeRosters(db, worker('purge_rosters'))),
    purge_tokens: () =>
      transact(db, worker('purge_tokens'), async (tx) => {
        await purgeNonces(tx);
        await purgePaymentCodes(tx);
        await forgetBadScans(tx);
      }),
    recheck_payouts: () => recheckStep(payer),
  };
}

/**
 * The day in UTC, eight hours behind Shanghai: ends are released, versions come into force and
 * rounds close every minute, days close at 00:10, the chain's head is published at 00:20 (or within
 * the hour, where nobody was up), runs are drafted at 02:00,
 * personal data of rosters is purged at 03:00, reminders leave at 09:00.
 */
export const crontab = [
  '* * * * * release_expired',
  '* * * * * bring_versions',
  '* * * * * close_rounds',
  '*/10 * * * * return_unbound',
  '10 16 * * * close_days',
  '20 * * * * publish_head',
  '0 18 * * * draft_settlement',
  '0 19 * * * purge_rosters',
  '30 19 * * * purge_tokens',
  '0 1 * * * remind_expiring',
  '0 * * * * recheck_payouts',
].join('\n');

async function voidTries(context: Context): Promise<void> {
  const { db } = context;
  while ((await transact(db, worker('void_tries'), voidOverdueTries)) === voidsPerRunMax);
}

/** What cannot wait for the next minute: tries end at 45 s, the network is asked after 5. */
export function roundsOf(context: Context): Readonly<Record<string, Round>> {
  const { db, keys, ports } = context;
  const payer = { db, keys, bank: ports.bank };
  return {
    probe_gates: { everySeconds: 5, task: () => probeGates(context) },
    void_tries: { everySeconds: 2, task: () => voidTries(context) },
    resolve_unknown: { everySeconds: 2, task: () => resolveUnknown(db, ports.paymentNetwork) },
    network_refunds: { everySeconds: 5, task: () => sendNetworkRefunds(db, ports.paymentNetwork) },
    pay: { everySeconds: 10, task: () => payStep(payer) },
    give_up_imports: {
      everySeconds: 30,
      task: async () =>
        void (await failInterruptedImports({ db, keys }, worker('give_up_imports'))),
    },
    resume_issuing: {
      everySeconds: 30,
      task: () => resumeIssuing(db, worker('resume_issuing')),
    },
    resume_closing: {
      everySeconds: 30,
      task: () => resumeClosings(db, worker('resume_closing')),
    },
  };
}
