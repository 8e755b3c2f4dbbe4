import { useQuery } from '@tanstack/react-query';
import { Descriptions, Drawer, Tag } from 'antd';
import type { reviewRoute } from '../../../../server/src/features/merchant/merchant.contract.ts';
import type * as contract from '../../../../server/src/features/merchant/review.contract.ts';
import type * as sanctions from '../../../../server/src/features/merchant/sanction.contract.ts';
import { call } from '../../api/call.ts';
import { Loaded } from '../../ui/states.tsx';
import { ConfirmButton } from '../desk/confirm-button.tsx';
import { Failed } from '../desk/failed.tsx';
import { useMay } from '../desk/may.ts';
import { ReasonButton } from '../desk/reason-button.tsx';
import { useStateWords, useWords } from '../words.ts';
import { admissionWords, type Application } from './words.ts';
import { Documents } from './documents.tsx';

type Props = {
  readonly programmeId: string;
  readonly application: Application;
  readonly onClosed: () => void;
};

const checkWords = {
  credit_code: 'merchantCheckCode',
  dishonesty: 'merchantCheckList',
  conditions: 'merchantCheckConditions',
} as const;

/** One application as its reviewer must see it, with what can be decided about it. */
export function ReviewPanel({ programmeId, application, onClosed }: Props) {
  const { t } = useWords();
  const { name, uscc, regionCode, industry, aboveQuota, categoryName, state, reason } = application;
  const items = [
    { key: 'code', label: t('merchantCode'), children: uscc },
    { key: 'category', label: t('merchantCategory'), children: categoryName },
    { key: 'region', label: t('merchantRegion'), children: regionCode },
    { key: 'industry', label: t('merchantIndustry'), children: industry },
    {
      key: 'quota',
      label: t('merchantQuota'),
      children: t(aboveQuota ? 'merchantYes' : 'merchantNo'),
    },
    { key: 'state', label: t('merchantState'), children: t(admissionWords[state]) },
    ...(reason === undefined
      ? []
      : [{ key: 'reason', label: t('merchantReason'), children: reason }]),
  ];
  return (
    <Drawer open size="large" title={name} onClose={onClosed}>
      <Descriptions column={{ xs: 1, md: 2 }} size="small" bordered items={items} />
      <Checks programmeId={programmeId} merchantId={application.merchantId} />
      <section className="desk-section">
        <h3>{t('merchantShops')}</h3>
        <ul>
          {application.shops.map((shop) => (
            <li key={`${shop.name} ${shop.address}`}>{`${shop.name} · ${shop.address}`}</li>
          ))}
        </ul>
      </section>
      <Documents programmeId={programmeId} application={application} />
      <Acts programmeId={programmeId} application={application} />
    </Drawer>
  );
}

function Checks(params: { readonly programmeId: string; readonly merchantId: string }) {
  const { t } = useWords();
  const words = useStateWords();
  const query = useQuery({
    queryKey: ['checks', params.programmeId, params.merchantId],
    queryFn: () =>
      call<typeof contract.reviewChecksRoute>(
        'GET /api/programmes/{programmeId}/merchants/{merchantId}/checks',
        { params },
      ),
  });
  return (
    <section className="desk-section">
      <h3>{t('merchantChecks')}</h3>
      <Loaded
        query={query}
        words={words}
        failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
      >
        {({ items }) => (
          <ul className="desk-checks">
            {items.map((one) => (
              <li key={one.check}>
                <span>{t(checkWords[one.check])}</span>
                <Tag color={one.passes ? 'success' : 'error'}>
                  {t(one.passes ? 'merchantPasses' : 'merchantFails')}
                </Tag>
                {one.told === 'allowed' ? t('merchantAllowed') : null}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  );
}

function Acts({ programmeId, application }: Omit<Props, 'onClosed'>) {
  const { t } = useWords();
  const may = useMay();
  const { state, contentHash, merchantId } = application;
  const params = { programmeId, merchantId };
  const mayPrepare = may('merchant.sanction_prepare');
  const isBarred = state === 'suspended' || state === 'disqualified';
  const suspend = (evidence: string) =>
    call<typeof sanctions.suspendRoute>(
      'POST /api/programmes/{programmeId}/merchants/{merchantId}/suspension',
      { params, body: { evidence } },
    );
  const prepare = (kind: 'disqualify' | 'restore') => (evidence: string) =>
    call<typeof sanctions.prepareSanctionRoute>(
      'POST /api/programmes/{programmeId}/merchants/{merchantId}/sanctions',
      { params, body: { kind, evidence } },
    );
  const label = t('merchantEvidence');
  return (
    <div className="desk-acts">
      {state === 'applied' && may('merchant.review') ? (
        <Review params={params} contentHash={contentHash} />
      ) : null}
      {state === 'approved' && may('merchant.suspend') ? (
        <ReasonButton
          word={t('merchantSuspend')}
          look="danger"
          label={label}
          lead={<p>{t('merchantSuspendWhy')}</p>}
          work={suspend}
        />
      ) : null}
      {mayPrepare && state !== 'disqualified' ? (
        <ReasonButton word={t('merchantDisqualify')} label={label} work={prepare('disqualify')} />
      ) : null}
      {mayPrepare && isBarred ? (
        <ReasonButton word={t('merchantRestore')} label={label} work={prepare('restore')} />
      ) : null}
    </div>
  );
}

function Review(props: {
  readonly params: { readonly programmeId: string; readonly merchantId: string };
  readonly contentHash: string;
}) {
  const { t } = useWords();
  const { params, contentHash } = props;
  const review = (decision: 'approved' | 'rejected', reason?: string) =>
    call<typeof reviewRoute>('POST /api/programmes/{programmeId}/merchants/{merchantId}/review', {
      params,
      body: { decision, contentHash, ...(reason === undefined ? {} : { reason }) },
    });
  return (
    <>
      <ConfirmButton
        word={t('merchantApprove')}
        look="primary"
        title={t('merchantApprove')}
        okText={t('deskApprove')}
        work={() => review('approved')}
      >
        <p>{t('merchantConsequence')}</p>
      </ConfirmButton>
      <ReasonButton
        word={t('merchantReject')}
        label={t('merchantWhy')}
        work={(reason) => review('rejected', reason)}
      />
    </>
  );
}
