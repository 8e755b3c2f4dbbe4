import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type * as owner from '../../../../server/src/features/merchant/owner.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { instantOf } from '../../ui/figures.ts';
import { Loaded } from '../../ui/states.tsx';
import { Failed } from '../failed.tsx';
import { useStateWords, useWords } from '../words.ts';
import { ApplyForm } from './apply-form.tsx';
import type { OwnMerchant } from './area.tsx';

type Application = ReplyOf<typeof owner.ownApplicationsRoute>['items'][number];

const stateKeys = {
  applied: 'stateApplied',
  approved: 'stateApproved',
  rejected: 'stateRejected',
  suspended: 'stateSuspended',
  disqualified: 'stateDisqualified',
} as const satisfies Record<Application['state'], string>;

/** The applications of a merchant. */
export function useApplications(merchantId: string) {
  return useQuery({
    queryKey: ['applications', merchantId],
    queryFn: () =>
      call<typeof owner.ownApplicationsRoute>('GET /api/merchants/{merchantId}/applications', {
        params: { merchantId },
      }),
  });
}

/** What became of each application, why, and a new one. */
export function ApplicationsPage({ merchant }: { readonly merchant: OwnMerchant }) {
  const { t } = useWords();
  const words = useStateWords();
  const query = useApplications(merchant.merchantId);
  const [stage, setStage] = useState<'look' | 'apply' | 'applied'>('look');
  return (
    <section className="till-wide">
      <h1>{t('applyTitle')}</h1>
      {stage === 'applied' ? (
        <p className="till-good" role="status">
          {t('applyDone')}
        </p>
      ) : null}
      <Loaded
        query={query}
        words={words}
        failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
      >
        {({ items }) =>
          items.length === 0 ? (
            <p className="till-empty">{t('applyEmpty')}</p>
          ) : (
            <div className="owner-cards">
              {items.map((one) => (
                <ApplicationCard key={one.programmeId} one={one} />
              ))}
            </div>
          )
        }
      </Loaded>
      {stage === 'apply' ? (
        <ApplyForm
          merchantId={merchant.merchantId}
          done={() => {
            setStage('applied');
            void query.refetch();
          }}
        />
      ) : (
        <button type="button" className="till-secondary" onClick={() => setStage('apply')}>
          {t('applyNew')}
        </button>
      )}
    </section>
  );
}

function ApplicationCard({ one }: { readonly one: Application }) {
  const { t } = useWords();
  return (
    <article className="owner-card">
      <header>
        <div>
          <h2>{one.title}</h2>
          <p className="till-quiet">{one.categoryName}</p>
        </div>
        <span className={`chip is-${one.state}`}>{t(stateKeys[one.state])}</span>
      </header>
      <p className="till-quiet">
        {t('applyAt', { at: instantOf(one.appliedAt) })}
        {one.reviewedAt === undefined
          ? null
          : ` · ${t('applyReviewedAt', { at: instantOf(one.reviewedAt) })}`}
      </p>
      {one.reason === undefined ? null : (
        <p className="till-notice">{t('applyReason', { reason: one.reason })}</p>
      )}
    </article>
  );
}
