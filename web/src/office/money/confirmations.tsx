import { useQuery } from '@tanstack/react-query';
import { Tag } from 'antd';
import type * as contract from '../../../../server/src/features/fund/funding.contract.ts';
import { call } from '../../api/call.ts';
import { instantOf, yuanOf } from '../../ui/figures.ts';
import { useSession } from '../../ui/session.ts';
import { ConfirmButton } from '../desk/confirm-button.tsx';
import { Listed, type Column } from '../desk/listed.tsx';
import { allPages } from '../desk/pages.ts';
import { ReasonButton } from '../desk/reason-button.tsx';
import { type Desk, SecondPerson } from '../desk/second-person.tsx';
import { useWords } from '../words.ts';
import { useConfirmingDesk, useOrders } from './queries.ts';
import { type Confirmation, confirmationWords, type Order } from './words.ts';

const colours = { prepared: 'gold', approved: 'success', rejected: 'default' } as const;

/** What shows that money arrived, each looked at by a second person before it can be used. */
export function Confirmations({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const { data: orders = [] } = useOrders(programmeId);
  const desk = useConfirmingDesk(programmeId);
  const query = useQuery({
    queryKey: ['money-confirmations', programmeId],
    queryFn: () =>
      allPages((cursor) =>
        call<typeof contract.listConfirmationsRoute>(
          'GET /api/programmes/{programmeId}/money-confirmations',
          {
            params: { programmeId },
            query: { limit: 200, ...(cursor === undefined ? {} : { cursor }) },
          },
        ),
      ),
  });
  const byId = new Map(orders.map((order) => [order.fundingOrderId, order]));
  const orderOf = (one: Confirmation) => byId.get(one.fundingOrderId);
  const basisOf = ({ basis, documentNumber = '' }: Confirmation) =>
    basis === 'bank_line' ? t('moneyBasisLine') : t('moneyBasisPaper', { number: documentNumber });
  const columns: readonly Column<Confirmation>[] = [
    { title: t('moneyFunder'), key: 'funder', value: (one) => orderOf(one)?.funderName ?? '' },
    {
      title: t('moneyAmount'),
      key: 'amount',
      value: (one) => (orderOf(one)?.totalFen ?? 0) / 100,
      show: (one) => yuanOf(orderOf(one)?.totalFen ?? 0),
      isAmount: true,
    },
    { title: t('moneyRemark'), key: 'remark', value: (one) => orderOf(one)?.remarkCode ?? '' },
    { title: t('moneyBasis'), key: 'basis', value: basisOf },
    {
      title: t('moneyHow'),
      key: 'how',
      value: (one) => t(one.isExact ? 'moneyExact' : 'moneyByHand'),
    },
    { title: t('moneyNote'), key: 'note', value: (one) => one.note },
    {
      title: t('moneyState'),
      key: 'state',
      value: (one) => t(confirmationWords[one.state]),
      show: (one) => <Tag color={colours[one.state]}>{t(confirmationWords[one.state])}</Tag>,
    },
    { title: t('moneyCreated'), key: 'created', value: (one) => instantOf(one.createdAt) },
    {
      title: '',
      key: 'act',
      value: () => '',
      show: (one) => <Decide confirmation={one} order={orderOf(one)} desk={desk} />,
    },
  ];
  return (
    <Listed
      name="confirmations"
      query={query}
      columns={columns}
      rowKey={(one) => one.confirmationId}
      empty={t('moneyNoConfirmations')}
    />
  );
}

type Props = {
  readonly confirmation: Confirmation;
  readonly order: Order | undefined;
  readonly desk: Desk | undefined;
};

function Decide({ confirmation, order, desk }: Props) {
  const { t } = useWords();
  const { data: session } = useSession();
  const { confirmationId, state, preparedBy } = confirmation;
  const params = { confirmationId };
  if (state !== 'prepared' || order === undefined || desk === undefined) return null;
  const isOwn = preparedBy === session?.id;
  if (isOwn || !desk.mayApprove) {
    return <SecondPerson desk={desk} isOwn={isOwn} ownWords={t('moneyConfirmOwn')} />;
  }
  const what = { funder: order.funderName, amount: yuanOf(order.totalFen) };
  return (
    <>
      <ConfirmButton
        word={t('moneyConfirm')}
        look="link"
        title={t('moneyConfirmTitle')}
        okText={t('deskApprove')}
        work={() =>
          call<typeof contract.approveConfirmationRoute>(
            'POST /api/money-confirmations/{confirmationId}/approval',
            { params },
          )
        }
      >
        <p>{t('moneyConfirmWhy', what)}</p>
        <p className="desk-quiet">
          {t(confirmation.isExact ? 'moneyExact' : 'moneyByHand')} {confirmation.note}
        </p>
      </ConfirmButton>
      <ReasonButton
        word={t('deskReject')}
        look="link"
        title={t('moneyConfirmReject')}
        work={(reason) =>
          call<typeof contract.rejectConfirmationRoute>(
            'POST /api/money-confirmations/{confirmationId}/rejection',
            { params, body: { reason } },
          )
        }
      />
    </>
  );
}
