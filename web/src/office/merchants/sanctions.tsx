import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import type * as review from '../../../../server/src/features/merchant/review.contract.ts';
import type * as contract from '../../../../server/src/features/merchant/sanction.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { instantOf } from '../../ui/figures.ts';
import { useSession } from '../../ui/session.ts';
import { useAct } from '../desk/act.tsx';
import { Listed, type Column } from '../desk/listed.tsx';
import { useMay } from '../desk/may.ts';
import { useWords } from '../words.ts';

type Sanction = ReplyOf<typeof review.listSanctionsRoute>['items'][number];
type Listing = ReplyOf<typeof review.listListingsRoute>['items'][number];
type Props = { readonly programmeId: string };

const kindWords = {
  suspend: 'merchantKindSuspend',
  disqualify: 'merchantKindDisqualify',
  restore: 'merchantKindRestore',
} as const;
const stateWords = {
  prepared: 'merchantSanctionPrepared',
  approved: 'merchantSanctionApproved',
  rejected: 'merchantSanctionRejected',
} as const;

/** What was done to merchants, and what waits for the second person. */
export function Sanctions({ programmeId }: Props) {
  const { t } = useWords();
  const act = useAct();
  const may = useMay();
  const { data: session } = useSession();
  const query = useQuery({
    queryKey: ['sanctions', programmeId],
    queryFn: async () =>
      (
        await call<typeof review.listSanctionsRoute>(
          'GET /api/programmes/{programmeId}/merchant-sanctions',
          { params: { programmeId } },
        )
      ).items,
  });
  const decide = (sanctionId: string, decision: 'approved' | 'rejected') => () =>
    call<typeof contract.decideSanctionRoute>(
      'POST /api/merchant-sanctions/{sanctionId}/decision',
      { params: { sanctionId }, body: { decision } },
    );
  const acts = (one: Sanction) => {
    if (one.state !== 'prepared' || !may('merchant.sanction_approve')) return null;
    if (one.preparedBy === session?.id) return <span>{t('deskSecond')}</span>;
    return (
      <>
        <Button type="link" onClick={() => void act(decide(one.sanctionId, 'approved'))}>
          {t('deskApprove')}
        </Button>
        <Button type="link" onClick={() => void act(decide(one.sanctionId, 'rejected'))}>
          {t('deskReject')}
        </Button>
      </>
    );
  };
  const columns: readonly Column<Sanction>[] = [
    { title: t('merchantName'), key: 'name', value: (one) => one.name },
    { title: t('merchantWhat'), key: 'kind', value: (one) => t(kindWords[one.kind]) },
    { title: t('merchantState'), key: 'state', value: (one) => t(stateWords[one.state]) },
    { title: t('merchantEvidence'), key: 'evidence', value: (one) => one.evidence },
    { title: t('merchantWhen'), key: 'at', value: (one) => instantOf(one.createdAt) },
    { title: '', key: 'act', value: () => '', show: acts },
  ];
  return (
    <Listed
      name="sanctions"
      query={query}
      columns={columns}
      rowKey={(one) => one.sanctionId}
      empty={t('merchantNoSanctions')}
    />
  );
}

function stateOf(one: Listing) {
  if (one.endedAt !== undefined) return 'merchantListEnded';
  return one.approvedBy === undefined ? 'merchantListPrepared' : 'merchantListed';
}

/** Codes that plans bar: entered by one with evidence, in force once another approved. */
export function Dishonesty({ programmeId }: Props) {
  const { t } = useWords();
  const act = useAct();
  const may = useMay();
  const { data: session } = useSession();
  const query = useQuery({
    queryKey: ['listings'],
    queryFn: async () =>
      (await call<typeof review.listListingsRoute>('GET /api/dishonesty-listings', {})).items,
  });
  const body = { programmeId };
  const acts = (one: Listing) => {
    const params = { listingId: one.listingId };
    if (one.endedAt !== undefined || !may('dishonesty.approve')) return null;
    if (one.listedBy === session?.id) return <span>{t('deskSecond')}</span>;
    const approve = () =>
      call<typeof contract.approveListingRoute>(
        'POST /api/dishonesty-listings/{listingId}/approval',
        { params, body },
      );
    const end = () =>
      call<typeof contract.endListingRoute>('POST /api/dishonesty-listings/{listingId}/end', {
        params,
        body,
      });
    return (
      <>
        {one.approvedBy === undefined ? (
          <Button type="link" onClick={() => void act(approve)}>
            {t('deskApprove')}
          </Button>
        ) : null}
        <Button type="link" onClick={() => void act(end)}>
          {t('merchantListEnd')}
        </Button>
      </>
    );
  };
  const columns: readonly Column<Listing>[] = [
    { title: t('merchantCode'), key: 'code', value: (one) => one.uscc },
    { title: t('merchantName'), key: 'name', value: (one) => one.name ?? '' },
    { title: t('merchantState'), key: 'state', value: (one) => t(stateOf(one)) },
    { title: t('merchantEvidence'), key: 'evidence', value: (one) => one.evidence },
    { title: t('merchantWhen'), key: 'at', value: (one) => instantOf(one.listedAt) },
    { title: '', key: 'act', value: () => '', show: acts },
  ];
  return (
    <Listed
      name="listings"
      query={query}
      columns={columns}
      rowKey={(one) => one.listingId}
      empty={t('merchantNoListings')}
      tools={may('dishonesty.create') ? <NewListing programmeId={programmeId} /> : null}
    />
  );
}

function NewListing({ programmeId }: Props) {
  const { t } = useWords();
  const act = useAct();
  const [isOpen, setOpen] = useState(false);
  const [form] = Form.useForm<{ uscc: string; evidence: string }>();
  const give = async (given: { readonly uscc: string; readonly evidence: string }) => {
    const done = await act(() =>
      call<typeof contract.listDishonestRoute>('POST /api/dishonesty-listings', {
        body: { programmeId, uscc: given.uscc.trim(), evidence: given.evidence.trim() },
      }),
    );
    if (done) setOpen(false);
  };
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {t('merchantListAdd')}
      </Button>
      <Modal
        open={isOpen}
        destroyOnHidden
        title={t('merchantListing')}
        okText={t('deskConfirm')}
        cancelText={t('deskCancel')}
        onOk={() => form.submit()}
        onCancel={() => setOpen(false)}
      >
        <Form form={form} layout="vertical" onFinish={(given) => void give(given)}>
          <Form.Item name="uscc" label={t('merchantCode')} rules={[{ required: true }]}>
            <Input maxLength={18} />
          </Form.Item>
          <Form.Item name="evidence" label={t('merchantEvidence')} rules={[{ required: true }]}>
            <Input.TextArea rows={4} maxLength={2_000} />
          </Form.Item>
        </Form>
      </Modal>
    </>
  );
}
