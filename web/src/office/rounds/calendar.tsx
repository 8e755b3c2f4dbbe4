import { Button } from 'antd';
import { useSearchParams } from 'react-router';
import { clockOf, countOf, dayOf } from '../../ui/figures.ts';
import { useWords } from '../words.ts';
import { monthFrom, weeksOf } from './months.ts';
import { useNow } from './use-rounds.ts';
import { type Round, type Rounds, standingOf, standingWords } from './words.ts';

type Props = { readonly rounds: Rounds; readonly onOpen: (number: string) => void };

const weekdays = [
  'roundMonday',
  'roundTuesday',
  'roundWednesday',
  'roundThursday',
  'roundFriday',
  'roundSaturday',
  'roundSunday',
] as const;

/** The month to begin with: this one, or the nearest that has a round. */
function startMonth(rounds: Rounds, now: number): string {
  const next = rounds.items.find((one) => Date.parse(one.closesAt) > now) ?? rounds.items.at(-1);
  return dayOf(next === undefined ? now : Date.parse(next.opensAt)).slice(0, 7);
}

/** The rounds of a month, day by day; on a phone only the days that have one. */
export function RoundCalendar({ rounds, onOpen }: Props) {
  const { t } = useWords();
  const now = useNow();
  const [params, setParams] = useSearchParams();
  const month = params.get('month') ?? startMonth(rounds, now);
  const go = (step: number) =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      next.set('month', monthFrom(month, step));
      return next;
    });
  const byDay = Map.groupBy(rounds.items, (one) => dayOf(Date.parse(one.opensAt)));
  const [year = '', number = ''] = month.split('-');
  const isEmpty = !rounds.items.some((one) => dayOf(Date.parse(one.opensAt)).startsWith(month));
  return (
    <>
      <div className="desk-tools">
        <Button onClick={() => go(-1)}>{t('roundBefore')}</Button>
        <strong>{t('roundMonth', { year, month: String(Number(number)) })}</strong>
        <Button onClick={() => go(1)}>{t('roundAfter')}</Button>
        {isEmpty ? <span className="desk-quiet">{t('roundNoneInMonth')}</span> : null}
      </div>
      <table className="round-calendar">
        <thead>
          <tr>
            {weekdays.map((day) => (
              <th key={day} scope="col">
                {t(day)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(month).map((week, place) => (
            <tr key={week.find((day) => day !== undefined) ?? place}>
              {week.map((day, column) => (
                <Day
                  key={day ?? `${place} ${column}`}
                  day={day}
                  isToday={day === dayOf(now)}
                  rounds={byDay.get(day ?? '') ?? []}
                  now={now}
                  onOpen={onOpen}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

type DayProps = {
  readonly day: string | undefined;
  readonly isToday: boolean;
  readonly rounds: readonly Round[];
  readonly now: number;
  readonly onOpen: (number: string) => void;
};

function Day({ day, isToday, rounds, now, onOpen }: DayProps) {
  const { t } = useWords();
  if (day === undefined) return <td className="round-day-empty" />;
  const name = isToday ? 'round-day round-day-today' : 'round-day';
  return (
    <td className={rounds.length === 0 ? `${name} round-day-empty` : name}>
      <span className="round-date">
        <span className="round-date-month">{day.slice(5, 8)}</span>
        {day.slice(8)}
      </span>
      {rounds.map((one) => {
        const standing = standingOf(one, now);
        const count = one.stock.reduce((sum, each) => sum + each.quantity, 0);
        return (
          <button
            key={one.number}
            type="button"
            className={`round-chip round-chip-${standing}`}
            onClick={() => onOpen(String(one.number))}
          >
            <span>
              {t('roundNo', { number: one.number })} {clockOf(one.opensAt)}
            </span>
            <span>
              {t(standingWords[standing])} · {countOf(count)} {t('roundSheets')}
            </span>
          </button>
        );
      })}
    </td>
  );
}
