import type { Point } from '@huiquan/domain/place/region.ts';
import { findOutlineAround } from '@huiquan/domain/place/outlines.ts';
import type { Plan } from '@huiquan/domain/plan/effective-plan.ts';
import { uuidPattern } from '@huiquan/domain/ids.ts';
import { Refusal, refuse } from '@huiquan/domain/refusals.ts';
import { html, type Html } from '../../http/html.ts';
import type { Page, PageFile, Visit } from '../../http/pages.ts';
import { type AcceptingShop, listAcceptingShops } from '../merchant/public-shops.ts';
import { listPublicProgrammes } from '../programme/list.ts';
import { currentPlan } from '../programme/load-plan.ts';
import { type Dot, shopMap } from './drawings.ts';
import { endShown, grouped, instantShown } from './figures.ts';
import { languageOf, linkTo, pageOf, refusedPage } from './layout.ts';
import { drawProgramme, stateBadge } from './programme-page.ts';
import { style } from './style.ts';
import { type Say, wordsOf } from './words.ts';

const programmesPerPage = 30;
const shopsPerPage = 200;
const uuid = new RegExp(uuidPattern);

async function drawProgrammes(visit: Visit): Promise<Html> {
  const say = wordsOf(languageOf(visit));
  const before = uuid.test(visit.query['before'] ?? '') ? visit.query['before'] : undefined;
  const found = await visit.read(async (tx) => {
    const list = await listPublicProgrammes(tx, { before, limit: programmesPerPage });
    const plans = [];
    for (const { programmeId } of list) plans.push(await currentPlan(tx, programmeId));
    return plans;
  });
  const cards = found.map((current) => {
    const { plan, programmeId } = current;
    return html`<li>
      ${stateBadge(current, say)}
      <h2><a href="${linkTo(visit, `/public/programmes/${programmeId}`)}">${plan.name}</a></h2>
      <p>${plan.region.name} · ${plan.document.issuer}</p>
      <p>${instantShown(plan.startsAt)} – ${endShown(plan.endsAt)}</p>
    </li>`;
  });
  const last = found.length === programmesPerPage ? found.at(-1) : undefined;
  const next =
    last === undefined ? undefined : linkTo(visit, '/public', { before: last.programmeId });
  const body = html`<h1>${say('programmes')}</h1>
    ${
      cards.length === 0
        ? html`<p>${say('noProgrammes')}</p>`
        : html`<ul class="cards">
            ${cards}
          </ul>`
    }
    ${next !== undefined && html`<p><a href="${next}">${say('nextPage')}</a></p>`}`;
  return pageOf(visit, say('programmes'), body);
}

function pointOf({ longitude, latitude }: AcceptingShop): Point | undefined {
  return longitude === null || latitude === null ? undefined : { longitude, latitude };
}

function mapOf(plan: Plan, shops: readonly AcceptingShop[], say: Say): Html | undefined {
  const outline = findOutlineAround(plan.merchants.region);
  const dots = shops.flatMap((shop): Dot[] => {
    const point = pointOf(shop);
    return point === undefined ? [] : [{ name: shop.name, point }];
  });
  if (outline === undefined || dots.length === 0) return undefined;
  return html`<h2>${say('map')}</h2>
    ${shopMap(outline, dots, say)}`;
}

type Picked = { readonly category: string | undefined; readonly path: string };

function categories(visit: Visit, plan: Plan, { category, path }: Picked): Html {
  const say = wordsOf(languageOf(visit));
  const link = (id: string | undefined, name: string) => {
    const target = linkTo(visit, path, { category: id });
    const current = id === category ? html` aria-current="page"` : undefined;
    return html`<li><a href="${target}" ${current}>${name}</a></li>`;
  };
  return html`<ul class="pick">
    ${link(undefined, say('all'))}${plan.merchants.categories.map((one) => link(one.id, one.name))}
  </ul>`;
}

function shopTable(plan: Plan, shops: readonly AcceptingShop[], say: Say): Html {
  // Where any acceptor takes the vouchers, shops never applied for a category.
  const isSorted = shops.some((shop) => shop.category !== null);
  const nameOf = (id: string | null) =>
    plan.merchants.categories.find((one) => one.id === id)?.name ?? '';
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>${say('shop')}</th>
          ${isSorted && html`<th>${say('category')}</th>`}
          <th>${say('address')}</th>
        </tr>
      </thead>
      <tbody>
        ${shops.map(
          (shop) =>
            html`<tr>
              <td>${shop.name}</td>
              ${isSorted && html`<td class="whole">${nameOf(shop.category)}</td>`}
              <td>${shop.address}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function afterOf(visit: Visit) {
  const [distance, shopId = ''] = (visit.query['after'] ?? '').split('_');
  if (!uuid.test(shopId) || !/^\d{1,10}$/.test(distance ?? '')) return undefined;
  return { distanceM: Number(distance), shopId };
}

async function drawShops(visit: Visit): Promise<Html> {
  const say = wordsOf(languageOf(visit));
  const programmeId = visit.params['programmeId'] ?? '';
  const path = `/public/programmes/${programmeId}`;
  const asked = visit.query['category'];
  const { plan, shops, category } = await visit.read(async (tx) => {
    const current = await currentPlan(tx, programmeId);
    const known = current.plan.merchants.categories.find((one) => one.id === asked)?.id;
    const page = { programmeId, category: known, after: afterOf(visit), limit: shopsPerPage };
    return { plan: current.plan, category: known, shops: await listAcceptingShops(tx, page) };
  });
  const last = shops.length === shopsPerPage ? shops.at(-1) : undefined;
  const next =
    last === undefined
      ? undefined
      : linkTo(visit, `${path}/shops`, { category, after: `${last.distanceM}_${last.shopId}` });
  const isNetwork = plan.merchants.admission === 'acceptance_network';
  const body = html`<p><a href="${linkTo(visit, path)}">${plan.name}</a></p>
    <h1>
      ${say('shops')}
      <span class="state off">${grouped(shops.length)}${next === undefined ? '' : '+'}</span>
    </h1>
    ${isNetwork && html`<p class="lead">${say('anyAcceptor')}</p>`}
    ${!isNetwork && categories(visit, plan, { category, path: `${path}/shops` })}
    ${shops.length === 0 ? html`<p>${say('noShops')}</p>` : shopTable(plan, shops, say)}
    ${next !== undefined && html`<p><a href="${next}">${say('nextPage')}</a></p>`}
    ${mapOf(plan, shops, say)}`;
  return pageOf(visit, `${say('shops')} - ${plan.name}`, body);
}

/** Of programmes that are not published nothing is said, not even that they are there. */
function ofProgramme(draw: (visit: Visit) => Promise<Html>): (visit: Visit) => Promise<Html> {
  return async (visit) => {
    if (!uuid.test(visit.params['programmeId'] ?? '')) refuse('not_found');
    try {
      return await draw(visit);
    } catch (error) {
      if (error instanceof Refusal && error.code === 'programme_not_running') refuse('not_found');
      throw error;
    }
  };
}

/**
 * The public face: programmes with their rules in plain words, rounds and stock, shops, weekly
 * figures and where the money is. Plain pages, for they must be readable without a script.
 * @policy XN23 三(四)6(8); requirement D1
 */
export const pages: readonly Page[] = [
  { url: '/public', draw: drawProgrammes, refused: refusedPage },
  {
    url: '/public/programmes/{programmeId}',
    draw: ofProgramme(drawProgramme),
    refused: refusedPage,
  },
  {
    url: '/public/programmes/{programmeId}/shops',
    draw: ofProgramme(drawShops),
    refused: refusedPage,
  },
  { url: '/public/*', draw: async () => refuse('not_found'), refused: refusedPage },
];

export const pageFiles: readonly PageFile[] = [
  { url: '/public/style.css', type: 'text/css; charset=utf-8', text: style },
];
