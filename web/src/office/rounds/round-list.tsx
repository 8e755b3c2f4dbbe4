import { Button, Tag } from 'antd';
import { countOf, endOf, instantOf, yuanOf } from '../../ui/figures.ts';
import { Listed, type Column } from '../desk/listed.tsx';
import { type Key, useWords } from '../words.ts';
import { useNow } from './use-rounds.ts';
import {
  costOf,
  type Round,
  type Rounds,
  standingColours,
  standingOf,
  standingWords,
} from './words.ts';

type Props = { readonly rounds: Rounds; readonly onOpen: (number: string) => void };

const sumOf = (round: Round, key: 'quantity' | 'issued') =>
  round.stock.reduce((sum, one) => sum + one[key], 0);

/** All rounds as a table, to be searched and exported. */
export function RoundList({ rounds, onOpen }: Props) {
  const { t } = useWords();
  const now = useNow();
  const figure = (title: Key, key: string, value: (one: Round) => number): Column<Round> => ({
    title: t(title),
    key,
    value,
    show: (one) => countOf(value(one)),
    isAmount: true,
  });
  const columns: readonly Column<Round>[] = [
    {
      title: t('roundNumber'),
      key: 'number',
      value: (one) => one.number,
      show: (one) => (
        <Button type="link" className="desk-link" onClick={() => onOpen(String(one.number))}>
          {t('roundNo', { number: one.number })}
        </Button>
      ),
    },
    {
      title: t('roundState'),
      key: 'state',
      value: (one) => t(standingWords[standingOf(one, now)]),
      show: (one) => {
        const standing = standingOf(one, now);
        return (
          <Tag color={standingColours[standing] ?? 'default'}>{t(standingWords[standing])}</Tag>
        );
      },
    },
    { title: t('roundOpens'), key: 'opens', value: (one) => instantOf(one.opensAt) },
    { title: t('roundCloses'), key: 'closes', value: (one) => endOf(one.closesAt) },
    figure('roundStock', 'stock', (one) => sumOf(one, 'quantity')),
    figure('roundGiven', 'given', (one) => sumOf(one, 'issued')),
    figure('roundLeft', 'left', (one) => sumOf(one, 'quantity') - sumOf(one, 'issued')),
    {
      title: t('roundAmount'),
      key: 'amount',
      value: (one) => costOf(one.stock, (each) => each.quantity) / 100,
      show: (one) => yuanOf(costOf(one.stock, (each) => each.quantity)),
      isAmount: true,
    },
  ];
  const query = { data: rounds.items, error: null, isPending: false, refetch: () => undefined };
  return (
    <Listed
      name="rounds"
      query={query}
      columns={columns}
      rowKey={(one) => String(one.number)}
      empty={t('roundNone')}
    />
  );
}
