import { type Instant, instantFromText } from '@huiquan/domain/instant.ts';
import type { Refusal } from '@huiquan/domain/refusals.ts';
import { html, type Html } from '../../http/html.ts';
import type { Visit } from '../../http/pages.ts';
import { type Language, type Say, wordsOf } from './words.ts';

/** The language a reader chose in the address; Chinese where none was. */
export function languageOf(visit: Visit): Language {
  return visit.query['lang'] === 'en' ? 'en' : 'zh';
}

/** `path` with these query values, keeping the language. */
export function linkTo(
  visit: Visit,
  path: string,
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const all = { ...query, lang: languageOf(visit) === 'en' ? 'en' : undefined };
  const told = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return told.length === 0 ? path : `${path}?${new URLSearchParams(told).toString()}`;
}

/** The cut-off that the address asks for (`?at=2023-10-01T00:00:00+08:00`); undefined is now. */
export function cutOffOf(visit: Visit): Instant | undefined {
  const text = visit.query['at'];
  return text === undefined ? undefined : instantFromText(text);
}

function languageSwitch(visit: Visit, say: Say): Html {
  const { lang, ...query } = visit.query;
  const other = lang === 'en' ? query : { ...query, lang: 'en' };
  const text = new URLSearchParams(other).toString();
  const target = text === '' ? visit.path : `${visit.path}?${text}`;
  return html`<a href="${target}" lang="${lang === 'en' ? 'zh-CN' : 'en'}"
    >${say('otherLanguage')}</a
  >`;
}

/** A whole page around `body`. */
export function pageOf(visit: Visit, title: string, body: Html): Html {
  const language = languageOf(visit);
  const say = wordsOf(language);
  return html`<!doctype html>
    <html lang="${language === 'en' ? 'en' : 'zh-CN'}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} - ${say('site')}</title>
        <link rel="stylesheet" href="/public/style.css" />
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
      </head>
      <body>
        <a class="skip" href="#text">${say('skip')}</a>
        <header class="top">
          <div class="in">
            <a class="name" href="${linkTo(visit, '/public')}">${say('site')}</a>
            <nav><a href="/">${say('claim')}</a>${languageSwitch(visit, say)}</nav>
          </div>
        </header>
        <main id="text">${body}</main>
        <footer>
          <p>${say('proof')} <a href="/api/public/heads">${say('heads')}</a></p>
        </footer>
      </body>
    </html> `;
}

/** What stands where a page is refused. */
export function refusedPage(_refusal: Refusal, visit: Visit): Html {
  const say = wordsOf(languageOf(visit));
  const body = html`<h1>${say('notFound')}</h1>
    <p class="lead">${say('notFoundHint')}</p>
    <p><a href="${linkTo(visit, '/public')}">${say('back')}</a></p>`;
  return pageOf(visit, say('notFound'), body);
}
