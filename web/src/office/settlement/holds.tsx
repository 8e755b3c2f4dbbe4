import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import type * as contract from '../../../../server/src/features/settlement/settlement.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { instantOf, yuanOf } from '../../ui/figures.ts';
import { useSession } from '../../ui/session.ts';
import { useAct } from '../desk/act.tsx';
import { Listed, type Column } from '../desk/listed.tsx';
import { useMay } from '../desk/may.ts';
import { allPages } from '../desk/pages.ts';
import { ReasonButton } from '../desk/reason-button.tsx';
import { useWords } from '../words.ts';
import { HoldDialog } from './hold-dialog.tsx';

type Hold = ReplyOf<typeof contract.listHoldsRoute>['items'][number];
const decisions = ['release', 'void'] as const;
const decisionWords = { release: 'settleRelease', void: 'settleVoid' } as const;

/** Redemptions whose payment was stopped; how each ends is proposed by one, done by another. */
export function Holds({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const may = useMay();
  const [isHolding, setHolding] = useState(false);
  const query = useQuery({
    queryKey: ['holds', programmeId],
    queryFn: () =>
      allPages((cursor) =>
        call<typeof contract.listHoldsRoute>('GET /api/programmes/{programmeId}/payout-holds', {
          params: { programmeId },
          query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) },
        }),
      ),
  });
  const columns: readonly Column<Hold>[] = [
    { title: t('settleMerchant'), key: 'merchant', value: (hold) => hold.merchantName },
    {
      title: t('settleAmount'),
      key: 'amount',
      value: (hold) => hold.deductionFen / 100,
      show: (hold) => yuanOf(hold.deductionFen),
      isAmount: true,
    },
    { title: t('settleReason'), key: 'reason', value: (hold) => hold.reason },
    { title: t('settleOpenedAt'), key: 'at', value: (hold) => instantOf(hold.openedAt) },
    {
      title: t('settleProposal'),
      key: 'proposal',
      value: (hold) =>
        hold.proposedDecision === undefined
          ? ''
          : `${t(decisionWords[hold.proposedDecision])} ${hold.note ?? ''}`,
    },
    { title: '', key: 'act', value: () => '', show: (hold) => <HoldActs hold={hold} /> },
  ];
  return (
    <>
      <Listed
        name="holds"
        query={query}
        columns={columns}
        rowKey={(hold) => hold.holdId}
        empty={t('settleNoHolds')}
        tools={
          may('payout.hold') ? (
            <Button onClick={() => setHolding(true)}>{t('settleHold')}</Button>
          ) : null
        }
      />
      {isHolding ? <HoldDialog onClosed={() => setHolding(false)} /> : null}
    </>
  );
}

function HoldActs({ hold }: { readonly hold: Hold }) {
  const { t } = useWords();
  const act = useAct();
  const may = useMay();
  const { data: session } = useSession();
  const params = { holdId: hold.holdId };
  if (!may('payout.release') || hold.decision !== undefined) return null;
  const proposed = hold.proposedDecision;
  if (proposed !== undefined) {
    if (session?.id === hold.proposedBy) return <span>{t('deskSecond')}</span>;
    const end = () =>
      call<typeof contract.endHoldRoute>('POST /api/payout-holds/{holdId}/end', {
        params,
        body: { decision: proposed },
      });
    return (
      <Button type="link" onClick={() => void act(end)}>
        {t('settleEnd')}
      </Button>
    );
  }
  return decisions.map((decision) => (
    <ReasonButton
      key={decision}
      word={t(decisionWords[decision])}
      look="link"
      label={t('settleNote')}
      work={(note) =>
        call<typeof contract.proposeHoldEndRoute>('POST /api/payout-holds/{holdId}/proposal', {
          params,
          body: { decision, note },
        })
      }
    />
  ));
}
