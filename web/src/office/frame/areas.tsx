import type { Permission } from '@huiquan/domain/access.ts';
import { type ComponentType, lazy } from 'react';
import { WaitingMark } from '../complaints/waiting-mark.tsx';
import type { Key } from '../words.ts';

type Area = {
  readonly path: string;
  readonly word: Key;
  /** Offered to those who have one of these functions. */
  readonly permissions: readonly Permission[];
  /** Has something to show to a union that sees only its own part of the programme. */
  readonly showsPart?: boolean;
  /** Opens also to whom the plan names for this act, though the whole is not theirs to see. */
  readonly namedFor?: 'settlement';
  readonly Page: ComponentType<{ readonly programmeId: string }>;
  /** Stands beside the word in the menu. */
  readonly Mark?: ComponentType<{ readonly programmeId: string }>;
};

/** The areas of the office in the order of the menu; each is fetched when it is opened. */
export const areas: readonly Area[] = [
  {
    path: 'dashboard',
    word: 'boardTitle',
    permissions: ['evaluation.read'],
    Page: lazy(async () => ({
      default: (await import('../dashboard/dashboard-page.tsx')).DashboardPage,
    })),
  },
  {
    path: 'plan',
    word: 'planTitle',
    permissions: ['programme.read'],
    showsPart: true,
    Page: lazy(async () => ({ default: (await import('../plan/plan-page.tsx')).PlanPage })),
  },
  {
    path: 'money',
    word: 'moneyTitle',
    permissions: ['fund.read'],
    showsPart: true,
    Page: lazy(async () => ({ default: (await import('../money/money-page.tsx')).MoneyPage })),
  },
  {
    path: 'roster',
    word: 'rosterTitle',
    permissions: ['roster.summary', 'organisation.read'],
    showsPart: true,
    Page: lazy(async () => ({ default: (await import('../roster/roster-page.tsx')).RosterPage })),
  },
  {
    path: 'issuing',
    word: 'issueTitle',
    permissions: ['issue_batch.read'],
    showsPart: true,
    Page: lazy(async () => ({
      default: (await import('../issuing/issuing-page.tsx')).IssuingPage,
    })),
  },
  {
    path: 'rounds',
    word: 'roundTitle',
    permissions: ['round.create', 'round.approve', 'round.stop', 'audit.verify'],
    Page: lazy(async () => ({ default: (await import('../rounds/rounds-page.tsx')).RoundsPage })),
  },
  {
    path: 'merchants',
    word: 'merchantTitle',
    permissions: ['merchant.read'],
    Page: lazy(async () => ({
      default: (await import('../merchants/merchants-page.tsx')).MerchantsPage,
    })),
  },
  {
    path: 'settlement',
    word: 'settleTitle',
    permissions: ['settlement.read'],
    namedFor: 'settlement',
    Page: lazy(async () => ({
      default: (await import('../settlement/settlement-page.tsx')).SettlementPage,
    })),
  },
  {
    path: 'complaints',
    word: 'complaintTitle',
    permissions: ['complaint.answer', 'complaint.read'],
    Mark: WaitingMark,
    Page: lazy(async () => ({
      default: (await import('../complaints/complaints-page.tsx')).ComplaintsPage,
    })),
  },
  {
    path: 'evaluation',
    word: 'evaluateTitle',
    permissions: ['evaluation.read'],
    Page: lazy(async () => ({
      default: (await import('../evaluation/evaluation-page.tsx')).EvaluationPage,
    })),
  },
  {
    path: 'audit',
    word: 'auditTitle',
    permissions: ['audit.read'],
    Page: lazy(async () => ({ default: (await import('../audit/audit-page.tsx')).AuditPage })),
  },
  {
    path: 'staff',
    word: 'staffTitle',
    permissions: ['staff.read'],
    showsPart: true,
    Page: lazy(async () => ({ default: (await import('../staff/staff-page.tsx')).StaffPage })),
  },
];
