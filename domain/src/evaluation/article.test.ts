import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Article, compareWithArticle } from './article.ts';
import { exact } from './exact.ts';
import type { Figure, FigureUnit } from './figures.ts';

const articleOf = (
  figures: Readonly<Record<string, string>>,
  unit: FigureUnit = '亿元',
): Article => ({
  plan: 'plan',
  title: '《某文章》',
  figures: Object.entries(figures).map(([figure, printed]) => ({
    figure,
    printed,
    unit: figure.startsWith('members') ? '万人' : unit,
    clause: '一',
  })),
});

const figureOf = (id: string, over: bigint, under = 100n): Figure => ({
  id,
  name: id,
  unit: '亿元',
  value: exact(over, under),
});

test('figures agree when the ledger rounds to what is printed', () => {
  const [agreed, apart] = compareWithArticle(
    [figureOf('planned.total', 2_328n), figureOf('spending', 195n)],
    articleOf({ 'planned.total': '23.3', spending: '1.9' }),
  );
  assert.deepEqual([agreed?.ledger, agreed?.agrees, agreed?.difference], ['23.28', true, '0']);
  assert.deepEqual([apart?.ledger, apart?.agrees, apart?.difference], ['1.95', false, '0.05']);
  assert.equal(apart?.reason, '与账上不同，文章自己的数字不能解释');
});

test('a shortfall taken from a rounded figure is told with both subtractions', () => {
  const printed = { 'electronic.city': '1.24', 'paper.city': '2', 'issued.city': '3.2' };
  const [line] = compareWithArticle(
    [figureOf('shortfall.city', 176n), figureOf('planned.city', 500n)],
    articleOf({ 'shortfall.city': '1.80', ...printed }),
  );
  assert.equal(
    line?.reason,
    '文章用已取整的3.2亿元相减：5.00-3.2=1.80;' +
      '按文章自己的分项1.24+2=3.24亿元，应为5.00-3.24=1.76亿元',
  );
});

test('a shortfall that no figure of the article explains is said to be unexplained', () => {
  const printed = { 'electronic.city': '1', 'paper.city': '2', 'issued.city': '3' };
  const [line] = compareWithArticle(
    [figureOf('shortfall.city', 200n), figureOf('planned.city', 500n)],
    articleOf({ 'shortfall.city': '2.5', ...printed }),
  );
  assert.match(line?.reason ?? '', /不能解释/);
});

test('parts beyond the sum per member are told with the average and the rest', () => {
  const figures = [
    figureOf('members.total', 100n, 1n),
    figureOf('planned.total', 300n),
    figureOf('issued.province', 30n),
    figureOf('paper.province', 20n),
    figureOf('paper.unlevelled', 2n),
  ];
  const printed = {
    'issued.province': '0.3',
    'paper.province': '0.22',
    'electronic.province': '0.1',
    'members.province': '10',
  };
  const [issued, paper] = compareWithArticle(figures, articleOf(printed));
  assert.match(issued?.reason ?? '', /10万会员为每人320\.00元，超过每人300元.*其余0\.02亿元/);
  assert.match(paper?.reason ?? '', /另有0\.02亿元.*两者相加0\.22亿元，与文章一致/);
});

test('levels that do not add up to the printed total are told', () => {
  const printed = { 'issued.province': '2.7', 'issued.city': '4.3', 'issued.county': '1.6' };
  const [line] = compareWithArticle(
    [figureOf('issued.total', 870n)],
    articleOf({ 'issued.total': '8.7', ...printed }),
  );
  assert.equal(line?.agrees, true);
  assert.match(line?.reason ?? '', /2\.7\+4\.3\+1\.6=8\.6，与合计8\.7不同/);
});

test('a figure the ledger cannot tell stands without a value and says so', () => {
  const [line] = compareWithArticle([], articleOf({ travel_cards: '17' }, '万张'));
  assert.deepEqual([line?.ledger, line?.agrees, line?.difference], [undefined, false, undefined]);
  assert.match(line?.reason ?? '', /尚不能办理/);
});

test('a line of a level that the ledger does not have still has its name in words', () => {
  const [members, shortfall] = compareWithArticle(
    [],
    articleOf({ 'members.county': '460', 'shortfall.province': '1.2' }, '万人'),
  );
  assert.deepEqual([members?.name, shortfall?.name], ['县级会员', '省级比预计少']);
});
