import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { newId } from '@huiquan/domain/ids.ts';
import type * as contract from '../../../../server/src/features/complaint/complaint.contract.ts';
import type * as programme from '../../../../server/src/features/programme/programme.contract.ts';
import type * as own from '../../../../server/src/features/redemption/own.contract.ts';
import { call } from '../../api/call.ts';
import { instantOf, yuanOf } from '../../ui/figures.ts';
import { Shown, SignedIn, Trouble } from '../parts.tsx';
import { useWords } from '../words.ts';
import { type Complaint, kindWords } from './kinds.ts';

type Kind = Complaint['kind'];

const textMax = 500;
const kinds = Object.keys(kindWords) as Kind[];

/** Tells what went wrong: with which programme, at which payment or shop. */
export function NewComplaintPage() {
  const { t } = useWords();
  return (
    <SignedIn>
      <p className="links">
        <Link to="/app/complaints">‹ {t('back')}</Link>
      </p>
      <h1>{t('complaintNew')}</h1>
      <ComplaintForm />
    </SignedIn>
  );
}

/** What the form starts with: the page that led here knows the programme, the payment, the shop. */
function useComplaint() {
  const [asked] = useSearchParams();
  const [programmeId, setProgramme] = useState(asked.get('programme') ?? '');
  const [kind, setKind] = useState<Kind | ''>('');
  const [redemptionId, setRedemption] = useState(asked.get('payment') ?? '');
  const [text, setText] = useState('');
  // One complaint is one request, however often the button is pressed or the network is lost.
  const [key] = useState(newId);
  const shopId = asked.get('shop') ?? '';
  const queries = useQueryClient();
  const navigate = useNavigate();
  const sending = useMutation({
    mutationFn: (chosen: Kind) =>
      call<typeof contract.fileComplaintRoute>('POST /api/complaints', {
        body: {
          programmeId,
          kind: chosen,
          text: text.trim(),
          ...(redemptionId === '' ? {} : { redemptionId }),
          ...(shopId === '' || redemptionId !== '' ? {} : { shopId }),
        },
        key,
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['complaints'] });
      await navigate('/app/complaints?sent', { replace: true });
    },
  });
  const values = { programmeId, kind, redemptionId, text, shopName: asked.get('name') ?? '' };
  return { ...values, setProgramme, setKind, setRedemption, setText, sending };
}

function ComplaintForm() {
  const { t } = useWords();
  const form = useComplaint();
  const { programmeId, kind, redemptionId, text, shopName, sending } = form;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (kind !== '') sending.mutate(kind);
  };
  return (
    <form className="card form" onSubmit={send}>
      <Programmes chosen={programmeId} choose={form.setProgramme} />
      <label>
        {t('complaintKind')}
        <select
          required
          value={kind}
          onChange={(event) => form.setKind(kinds.find((one) => one === event.target.value) ?? '')}
        >
          <option value="">{t('complaintChoose')}</option>
          {kinds.map((one) => (
            <option key={one} value={one}>
              {t(kindWords[one])}
            </option>
          ))}
        </select>
      </label>
      {shopName === '' ? (
        <Payments of={programmeId} chosen={redemptionId} choose={form.setRedemption} />
      ) : (
        <p>{t('complaintShop', { name: shopName })}</p>
      )}
      <label>
        {t('complaintText')}
        <textarea
          required
          rows={5}
          maxLength={textMax}
          value={text}
          onChange={(event) => form.setText(event.target.value)}
        />
      </label>
      <p className="quiet">{t('complaintLeft', { count: textMax - text.length })}</p>
      <Trouble error={sending.error} />
      <button className="first" disabled={sending.isPending || text.trim() === ''}>
        {t('complaintSend')}
      </button>
    </form>
  );
}

function Programmes(props: {
  readonly chosen: string;
  readonly choose: (programmeId: string) => void;
}) {
  const { t } = useWords();
  const programmes = useQuery({
    queryKey: ['programmes'],
    queryFn: () =>
      call<typeof programme.listPublicProgrammesRoute>('GET /api/public/programmes', {
        query: { limit: 20 },
      }),
  });
  return (
    <Shown query={programmes}>
      {({ items }) => (
        <label>
          {t('complaintProgramme')}
          <select
            required
            value={props.chosen}
            onChange={(event) => props.choose(event.target.value)}
          >
            <option value="">{t('complaintChoose')}</option>
            {items.map((one) => (
              <option key={one.programmeId} value={one.programmeId}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
      )}
    </Shown>
  );
}

/** The person's payments in this programme; none before the real name is known. */
function Payments(props: {
  readonly of: string;
  readonly chosen: string;
  readonly choose: (redemptionId: string) => void;
}) {
  const { t } = useWords();
  const payments = useQuery({
    queryKey: ['payments'],
    queryFn: () =>
      call<typeof own.listOwnRedemptionsRoute>('GET /api/wallet/redemptions', {
        query: { limit: 50 },
      }),
  });
  const items = (payments.data?.items ?? []).filter((one) => one.programmeId === props.of);
  if (items.length === 0) return null;
  return (
    <label>
      {t('complaintPayment')}
      <select value={props.chosen} onChange={(event) => props.choose(event.target.value)}>
        <option value="">{t('complaintNoPayment')}</option>
        {items.map((one) => (
          <option key={one.redemptionId} value={one.redemptionId}>
            {t('complaintPaymentAt', {
              at: instantOf(one.triedAt),
              shop: one.shopName,
              yuan: yuanOf(one.orderFen),
            })}
          </option>
        ))}
      </select>
    </label>
  );
}
