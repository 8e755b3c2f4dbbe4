import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import type { Article } from '@huiquan/domain/evaluation/article.ts';
import { ArticleFile } from '@huiquan/domain/evaluation/article-file.ts';

// Compiled when the first is read: processes that read none start without it.
const makeCheck = () => new Ajv2020({ strict: false }).compile<ArticleFile>(ArticleFile);
let made: ReturnType<typeof makeCheck> | undefined;
const articleCheck = () => (made ??= makeCheck());
const aliasesMax = 10;

/** Reads a published evaluation. Throws where the text is not one: the files are our own. */
export function articleFrom(text: string): Article {
  const value: unknown = parse(text, { maxAliasCount: aliasesMax });
  const isArticleFile = articleCheck();
  if (!isArticleFile(value)) {
    const [first] = isArticleFile.errors ?? [];
    throw new Error(`not an evaluation file: ${first?.instancePath} ${first?.message}`);
  }
  return value;
}

/** The published evaluation of a plan, from `programmes/evaluations/`; undefined where none is. */
export async function articleOf(planId: string): Promise<Article | undefined> {
  const place = new URL(`../../../../programmes/evaluations/${planId}.yaml`, import.meta.url);
  const text = await readFile(place, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : articleFrom(text);
}
