import { useQuery } from '@tanstack/react-query';
import { Progress } from 'antd';
import { useEffect, useState } from 'react';
import type { liveRoundRoute } from '../../../../server/src/features/round/office.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { setClock } from '../../ui/clock.ts';
import { clockOf, countOf } from '../../ui/figures.ts';
import { useWords } from '../words.ts';
import { paceOf, paceMax, type Look } from './pace.ts';
import type { Round, Standing } from './words.ts';

const lookAgainMs = 1_000;

type LiveStock = ReplyOf<typeof liveRoundRoute>;

const sumOf = (live: LiveStock, key: 'quantity' | 'issued') =>
  live.items.reduce((sum, one) => sum + one[key], 0);

/** The looks of this page at a round's stock, the newest last. */
function useLooks(roundId: string) {
  const [looks, setLooks] = useState<readonly Look[]>([]);
  const { data } = useQuery({
    queryKey: ['live-round', roundId],
    refetchInterval: lookAgainMs,
    // Each look counts for the pace, also one that finds nothing new.
    structuralSharing: false,
    queryFn: async () => {
      const live = await call<typeof liveRoundRoute>('GET /api/rounds/{roundId}/live', {
        params: { roundId },
        attemptsMax: 1,
      });
      setClock(live.serverTime);
      return { live, atMs: performance.now() };
    },
  });
  useEffect(() => {
    if (data === undefined) return;
    const look = { atMs: data.atMs, claimed: sumOf(data.live, 'issued') };
    setLooks((before) => [...before, look].slice(-paceMax));
  }, [data]);
  return { live: data?.live, looks };
}

type Props = {
  readonly roundId: string;
  readonly round: Round;
  readonly standing: Standing;
  readonly now: number;
};

/** A round as it happens: what is left, how fast it goes, how long it is open. */
export function Live({ roundId, round, standing, now }: Props) {
  const { t } = useWords();
  const { live, looks } = useLooks(roundId);
  if (live === undefined) return null;
  const paces = paceOf(looks);
  const claimed = sumOf(live, 'issued');
  const left = sumOf(live, 'quantity') - claimed;
  const figures = [
    { label: t('roundLiveLeft'), value: left },
    { label: t('roundLiveClaimed'), value: claimed },
    { label: t('roundLiveRate'), value: paces.at(-1) ?? 0 },
    { label: t('roundLivePeak'), value: Math.max(0, ...paces) },
  ];
  return (
    <section className="round-live" aria-label={t('roundLive')}>
      <Timer round={round} standing={standing} now={now} />
      <dl className="round-figures">
        {figures.map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{countOf(value)}</dd>
          </div>
        ))}
      </dl>
      <Spark paces={paces} />
      {live.items.map((one) => (
        <Kind key={one.kind} one={one} round={round} />
      ))}
      <p className="desk-quiet">{t('roundLiveAt', { at: clockOf(now) })}</p>
    </section>
  );
}

function Timer({ round, standing, now }: Omit<Props, 'roundId'>) {
  const { t } = useWords();
  const leftOf = (until: string) => {
    const seconds = Math.max(0, Math.ceil((Date.parse(until) - now) / 1_000));
    const clock = [seconds / 3_600, seconds / 60, seconds]
      .map((value, place) => Math.floor(value) % (place === 0 ? 24 : 60))
      .map((value) => String(value).padStart(2, '0'))
      .join(':');
    const days = Math.floor(seconds / 86_400);
    return days === 0 ? clock : t('roundDays', { days, clock });
  };
  if (standing === 'waiting') {
    return <p role="timer">{t('roundOpensIn', { left: leftOf(round.opensAt) })}</p>;
  }
  return <p role="timer">{t('roundClosesIn', { left: leftOf(round.closesAt) })}</p>;
}

function Spark({ paces }: { readonly paces: readonly number[] }) {
  const { t } = useWords();
  const highest = Math.max(1, ...paces);
  return (
    <svg
      className="round-spark"
      viewBox={`0 0 ${paceMax} 100`}
      preserveAspectRatio="none"
      role="img"
      aria-label={t('roundLiveChart', { seconds: paceMax })}
    >
      {paces.map((pace, place) => {
        const height = (pace / highest) * 96;
        const x = paceMax - paces.length + place;
        // The place is the bar: there is nothing else to tell one second from another.
        return <rect key={x} x={x} y={100 - height} width={0.8} height={height} />;
      })}
    </svg>
  );
}

function Kind(props: { readonly one: LiveStock['items'][number]; readonly round: Round }) {
  const { one, round } = props;
  const { t } = useWords();
  const name = round.stock.find((each) => each.kind === one.kind)?.name ?? one.kind;
  const left = one.quantity - one.issued;
  const percent = one.quantity === 0 ? 0 : Math.floor((one.issued / one.quantity) * 100);
  return (
    <div className="round-kind">
      <span>
        <span>{name}</span>
        <span>
          {left === 0 && one.quantity > 0
            ? t('roundSoldOut')
            : `${t('roundLeft')} ${countOf(left)} / ${countOf(one.quantity)}`}
        </span>
      </span>
      <Progress percent={percent} showInfo={false} aria-label={name} />
    </div>
  );
}
