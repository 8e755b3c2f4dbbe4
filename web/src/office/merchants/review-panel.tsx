import { useQuery } from '@tanstack/react-query';
import { Button, Descriptions, Drawer, Modal, Tag } from 'antd';
import { useState } from 'react';
import type { reviewRoute } from '../../../../server/src/features/merchant/merchant.contract.ts';
import type * as contract from '../../../../server/src/features/merchant/review.contract.ts';
import type * as sanctions from '../../../../server/src/features/merchant/sanction.contract.ts';
import { call } from '../../api/call.ts';
import { Loaded } from '../../ui/states.tsx';
import { useAct } from '../desk/act.tsx';
import { Failed } from '../desk/failed.tsx';
import { useMay } from '../desk/may.ts';
import { ReasonDialog } from '../desk/reason-dialog.tsx';
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

type Dialog = 'approve' | 'reject' | 'suspend' | 'disqualify' | 'restore';

function Acts({ programmeId, application }: Omit<Props, 'onClosed'>) {
  const { t } = useWords();
  const may = useMay();
  const [dialog, setDialog] = useState<Dialog>();
  const { state } = application;
  const mayReview = state === 'applied' && may('merchant.review');
  const mayPrepare = may('merchant.sanction_prepare');
  const isBarred = state === 'suspended' || state === 'disqualified';
  return (
    <div className="desk-acts">
      {mayReview ? (
        <>
          <Button type="primary" onClick={() => setDialog('approve')}>
            {t('merchantApprove')}
          </Button>
          <Button onClick={() => setDialog('reject')}>{t('merchantReject')}</Button>
        </>
      ) : null}
      {state === 'approved' && may('merchant.suspend') ? (
        <Button danger onClick={() => setDialog('suspend')}>
          {t('merchantSuspend')}
        </Button>
      ) : null}
      {mayPrepare && state !== 'disqualified' ? (
        <Button onClick={() => setDialog('disqualify')}>{t('merchantDisqualify')}</Button>
      ) : null}
      {mayPrepare && isBarred ? (
        <Button onClick={() => setDialog('restore')}>{t('merchantRestore')}</Button>
      ) : null}
      <Dialogs
        of={{ programmeId, application }}
        dialog={dialog}
        onClosed={() => setDialog(undefined)}
      />
    </div>
  );
}

function useMerchantActs({ programmeId, application }: Omit<Props, 'onClosed'>) {
  const { contentHash, merchantId } = application;
  const params = { programmeId, merchantId };
  const review = (decision: 'approved' | 'rejected', reason?: string) => () =>
    call<typeof reviewRoute>('POST /api/programmes/{programmeId}/merchants/{merchantId}/review', {
      params,
      body: { decision, contentHash, ...(reason === undefined ? {} : { reason }) },
    });
  const suspend = (evidence: string) => () =>
    call<typeof sanctions.suspendRoute>(
      'POST /api/programmes/{programmeId}/merchants/{merchantId}/suspension',
      { params, body: { evidence } },
    );
  const prepare = (kind: 'disqualify' | 'restore', evidence: string) => () =>
    call<typeof sanctions.prepareSanctionRoute>(
      'POST /api/programmes/{programmeId}/merchants/{merchantId}/sanctions',
      { params, body: { kind, evidence } },
    );
  return { review, suspend, prepare };
}

type Dialogue = {
  readonly of: Omit<Props, 'onClosed'>;
  readonly dialog: Dialog | undefined;
  readonly onClosed: () => void;
};

function Dialogs({ of, dialog, onClosed: close }: Dialogue) {
  const { t } = useWords();
  const act = useAct();
  const { review, suspend, prepare } = useMerchantActs(of);
  return (
    <>
      <Modal
        open={dialog === 'approve'}
        title={t('merchantApprove')}
        okText={t('deskApprove')}
        cancelText={t('deskCancel')}
        onCancel={close}
        onOk={() => {
          close();
          void act(review('approved'));
        }}
      >
        <p>{t('merchantConsequence')}</p>
      </Modal>
      {dialog === 'reject' ? (
        <ReasonDialog
          title={t('merchantReject')}
          label={t('merchantWhy')}
          onClosed={close}
          onGiven={(reason) => act(review('rejected', reason))}
        />
      ) : null}
      {dialog === 'suspend' ? (
        <ReasonDialog
          title={t('merchantSuspend')}
          label={t('merchantEvidence')}
          lead={<p>{t('merchantSuspendWhy')}</p>}
          onClosed={close}
          onGiven={(evidence) => act(suspend(evidence))}
        />
      ) : null}
      {dialog === 'disqualify' || dialog === 'restore' ? (
        <ReasonDialog
          title={t(dialog === 'disqualify' ? 'merchantDisqualify' : 'merchantRestore')}
          label={t('merchantEvidence')}
          onClosed={close}
          onGiven={(evidence) => act(prepare(dialog, evidence))}
        />
      ) : null}
    </>
  );
}
