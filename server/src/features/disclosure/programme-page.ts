import type { WeekFigures } from '@huiquan/domain/disclosure/weeks.ts';
import { type Fen, sumFen } from '@huiquan/domain/fen.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { Plan } from '@huiquan/domain/plan/effective-plan.ts';
import { html, type Html } from '../../http/html.ts';
import type { Visit } from '../../http/pages.ts';
import { moneyByPool, type PoolMoney } from '../fund/money.ts';
import { type CurrentPlan, currentPlan } from '../programme/load-plan.ts';
import { kindWords } from '../programme/public-words.ts';
import { listRounds, type ListedRound } from '../round/list.ts';
import { weeklyFigures, type WeeklyFigures } from './disclosure.ts';
import { weekBars } from './drawings.ts';
import { endShown, grouped, instantShown, yuanShown } from './figures.ts';
import { cutOffOf, languageOf, linkTo, pageOf } from './layout.ts';
import { type Say, wordsOf } from './words.ts';

/** Whether a programme runs, rests or has ended, as a badge. */
export function stateBadge({ state }: Pick<CurrentPlan, 'state'>, say: Say): Html {
  if (state === 'closing' || state === 'closed') {
    return html`<span class="state off">${say('ended')}</span>`;
  }
  if (state === 'stopped') return html`<span class="state off">${say('stopped')}</span>`;
  return html`<span class="state">${say('running')}</span>`;
}

function facts(plan: Plan, say: Say): Html {
  return html`<dl class="facts">
    <dt>${say('document')}</dt>
    <dd>${say('inUnit', { what: plan.document.title, unit: plan.document.number })}</dd>
    <dt>${say('region')}</dt>
    <dd>${plan.region.name}</dd>
    <dt>${say('period')}</dt>
    <dd>${instantShown(plan.startsAt)} – ${endShown(plan.endsAt)}</dd>
    <dt>${say('useUntil')}</dt>
    <dd>${endShown(plan.redeemUntil)}</dd>
    <dt>${say('refund')}</dt>
    <dd>${refundWords(plan, say)}</dd>
    <dt>${say('unspent')}</dt>
    <dd>${unspentWords(plan, say)}</dd>
  </dl>`;
}

function refundWords(plan: Plan, say: Say): string {
  switch (plan.refundPolicy) {
    case 'restore_if_valid':
      return say('refundRestore');
    case 'restore_next_day':
      return say('refundNextDay');
    case 'forfeit':
      return say('refundForfeit');
    case 'pro_rata':
      return say('refundProRata');
  }
}

function unspentWords(plan: Plan, say: Say): string {
  const days = plan.unspent.withinWorkingDays;
  return days === undefined ? say('unspentBack') : say('unspentWithin', { days });
}

function kinds(plan: Plan, say: Say): Html {
  const poolName = (id: string) => plan.pools.find((pool) => pool.id === id)?.name ?? id;
  return html`<h2>${say('kinds')}</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>${say('kind')}</th>
            <th>${say('rule')}</th>
            <th>${say('pool')}</th>
          </tr>
        </thead>
        <tbody>
          ${plan.kinds.map(
            (kind) =>
              html`<tr>
                <td>${kind.name}</td>
                <td>${kindWords(kind, plan)}</td>
                <td>${poolName(kind.pool)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function roundState(round: ListedRound, now: Instant, say: Say): string {
  const left = round.stock.reduce((sum, { remaining }) => sum + remaining, 0);
  if (round.state === 'planned' || round.state === 'prepared') return say(round.state);
  if (round.state === 'stopped') return say('stoppedRound');
  if (round.state === 'closed' || now >= round.closesAt) return say('closed');
  if (now < round.opensAt) return say('approved');
  return left === 0 ? say('soldOut') : say('open');
}

type Rounds = { readonly list: readonly ListedRound[]; readonly now: Instant };

function roundTable({ list, now }: Rounds, plan: Plan, say: Say): Html {
  const held = plan.kinds.filter(({ id }) =>
    list.some((round) => round.stock.some(({ kind }) => kind === id)),
  );
  const cell = (round: ListedRound, id: string) => {
    const stock = round.stock.find(({ kind }) => kind === id);
    if (stock === undefined) return html`<td class="n">–</td>`;
    return html`<td class="n">${grouped(stock.remaining)}/${grouped(stock.quantity)}</td>`;
  };
  return html`<div class="scroll"><table>
<thead><tr><th>${say('rounds')}</th><th>${say('opens')}</th>
${held.map((kind) => html`<th class="n">${kind.name}</th>`)}</tr></thead>
<tbody>${list.map(
    (round) => html`<tr><td class="whole">${say('round', { number: round.number })}<br>
<span class="note">${roundState(round, now, say)}</span></td>
<td class="whole">${instantShown(round.opensAt)}<br>
<span class="note">${say('closes')} ${endShown(round.closesAt)}</span></td>
${held.map((kind) => cell(round, kind.id))}</tr>`,
  )}</tbody></table></div>`;
}

/** What is open or still to come stands first; what is over can be unfolded. */
function rounds({ list, now }: Rounds, plan: Plan, say: Say): Html {
  if (list.length === 0) {
    return html`<h2>${say('rounds')}</h2><p>${say('noRounds')}</p>`;
  }
  const isOver = (round: ListedRound) => round.state === 'closed' || now >= round.closesAt;
  const coming = list.filter((round) => !isOver(round));
  const over = list.filter(isOver);
  const past =
    over.length > 0 &&
    html`<details${coming.length === 0 && html` open`}>
<summary>${say('pastRounds', { count: over.length })}</summary>
${roundTable({ list: over, now }, plan, say)}</details>`;
  return html`<h2>${say('rounds')}</h2><p class="note">${say('stockNote')}</p>
${coming.length > 0 && roundTable({ list: coming, now }, plan, say)}${past}`;
}

const sumOf = (weeks: readonly WeekFigures[], part: 'issuedFen' | 'usedFen') =>
  sumFen(weeks.map((week) => week[part]));
const countIn = (weeks: readonly WeekFigures[], part: 'issuedCount' | 'usedCount') =>
  weeks.reduce((sum, week) => sum + week[part], 0);

function weekTable(weeks: readonly WeekFigures[], say: Say): Html {
  const cells = (issued: number, issuedFen: Fen, used: number, usedFen: Fen) =>
    html`<td class="n">${grouped(issued)}</td>
      <td class="n">${yuanShown(issuedFen)}</td>
      <td class="n">${grouped(used)}</td>
      <td class="n">${yuanShown(usedFen)}</td>`;
  const unit = (of: 'issued' | 'used') =>
    html`<th class="n">${say('inUnit', { what: say(of), unit: say('pieces') })}</th>
      <th class="n">${say('inUnit', { what: say('amount'), unit: say('yuan') })}</th>`;
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>${say('week')}</th>
          ${unit('issued')}${unit('used')}
        </tr>
      </thead>
      <tbody>
        ${weeks.map(
          (week) =>
            html`<tr>
              <td>${week.from} – ${week.to}</td>
              ${cells(week.issuedCount, week.issuedFen, week.usedCount, week.usedFen)}
            </tr>`,
        )}
        <tr class="sum">
          <th>${say('total')}</th>
          ${cells(
            countIn(weeks, 'issuedCount'),
            sumOf(weeks, 'issuedFen'),
            countIn(weeks, 'usedCount'),
            sumOf(weeks, 'usedFen'),
          )}
        </tr>
      </tbody>
    </table>
  </div>`;
}

function weekly({ weeks, cutOff }: WeeklyFigures, say: Say): Html {
  const shown =
    weeks.length === 0
      ? html`<p>${say('noWeeks')}</p>`
      : html`${weekBars(weeks, say)}${weekTable(weeks, say)}`;
  const note = html`<p class="note">
    ${say('cutOff', { at: instantShown(cutOff) })} ${say('smallGroups')}
  </p>`;
  return html`<h2>${say('weekly')}</h2>
    ${shown}${note}`;
}

const moneyColumns = [
  ['funded', (pool: PoolMoney) => pool.balances.fundedFen],
  ['available', (pool: PoolMoney) => pool.balances.available],
  ['committed', (pool: PoolMoney) => pool.balances.committed],
  ['outstanding', (pool: PoolMoney) => pool.balances.outstanding],
  ['payable', ({ balances: b }: PoolMoney) => sumFen([b.payable, b.payable_held, b.receivable])],
  ['settled', (pool: PoolMoney) => pool.balances.settled],
  ['returnDue', (pool: PoolMoney) => pool.balances.return_due],
  ['returned', (pool: PoolMoney) => pool.balances.returned],
] as const;

function money(pools: readonly PoolMoney[], plan: Plan, say: Say): Html {
  const nameOf = (id: string) => plan.pools.find((pool) => pool.id === id)?.name ?? id;
  const total = (of: (pool: PoolMoney) => Fen) => yuanShown(sumFen(pools.map((pool) => of(pool))));
  return html`<h2>${say('money')}</h2>
    <div class="big">
      ${moneyColumns.map(
        ([name, of]) =>
          html`<div>
            <span>${say('inUnit', { what: say(name), unit: say('yuan') })}</span><b>${total(of)}</b>
          </div>`,
      )}
    </div>
    <p class="note">${say('moneyNote')}</p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>${say('pool')}</th>
            ${moneyColumns.map(([name]) => html`<th class="n">${say(name)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${pools.map(
            (pool) =>
              html`<tr>
                <td>${nameOf(pool.pool)}</td>
                ${moneyColumns.map(([, of]) => html`<td class="n">${yuanShown(of(pool))}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function hotlines(plan: Plan, say: Say): Html | undefined {
  if (plan.hotlines.length === 0) return undefined;
  return html`<h2>${say('hotlines')}</h2>
    <ul>
      ${plan.hotlines.map(
        ({ number, name }) => html`<li>${name} <a href="tel:${number}">${number}</a></li>`,
      )}
    </ul>`;
}

/** What everybody may know of one programme, on one page. */
export async function drawProgramme(visit: Visit): Promise<Html> {
  const say = wordsOf(languageOf(visit));
  const programmeId = visit.params['programmeId'] ?? '';
  const found = await visit.read(async (tx) => ({
    current: await currentPlan(tx, programmeId),
    rounds: { list: await listRounds(tx, programmeId), now: tx.now },
    weekly: await weeklyFigures(tx, { programmeId, before: cutOffOf(visit) }),
    pools: await moneyByPool(tx, programmeId),
  }));
  const { plan } = found.current;
  const shopsAt = linkTo(visit, `/public/programmes/${programmeId}/shops`);
  const body = html`<p>${stateBadge(found.current, say)}</p>
    <h1>${plan.name}</h1>
    ${plan.theme !== undefined && html`<p class="lead">${plan.theme}</p>`} ${facts(plan, say)}
    <p><a class="go" href="${shopsAt}">${say('shopsLink')}</a></p>
    ${kinds(plan, say)}${rounds(found.rounds, plan, say)}${weekly(found.weekly, say)}
    ${money(found.pools, plan, say)}${hotlines(plan, say)}`;
  return pageOf(visit, plan.name, body);
}
