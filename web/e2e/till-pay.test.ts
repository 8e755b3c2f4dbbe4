import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { desktop } from './served-app.ts';
import { enterAmount, givenCounter, resultOf, wedge, type Counter } from './till-counter.ts';

let counter: Counter;
before(async () => {
  counter = await givenCounter();
});
after(() => counter.drop());

const screens = process.env['HUIQUAN_SHOTS'];
const shot = async (page: { screenshot(options: object): Promise<unknown> }, name: string) => {
  if (screens !== undefined) await page.screenshot({ path: `${screens}/till-${name}.png` });
};

test('owner binds, cashier signs in, customer pays: voucher and cash in one glance', async () => {
  const { page, complaints } = await counter.openTill();
  const customer = await counter.resident();
  await shot(page, 'pay-empty');
  await enterAmount(page, '180');
  await shot(page, 'pay');
  await page.getByRole('button', { name: '扫顾客付款码' }).click();
  await shot(page, 'scan');
  await page.getByLabel('输入付款码数字').fill(await counter.code(customer));
  await page.getByRole('button', { name: '确定' }).click();
  await page.getByText('还需向顾客收').waitFor();
  await shot(page, 'collect');
  assert.deepEqual(await counter.redemptions(customer), ['tried 18000 merchant']);
  await page.getByRole('button', { name: '已收到 140 元' }).click();
  assert.equal(await resultOf(page), '收款完成');
  await shot(page, 'paid');
  assert.deepEqual(await counter.redemptions(customer), ['committed 18000 merchant']);
  const figures = await page.locator('.pay-figures').innerText();
  assert.match(
    figures.replaceAll(/\s+/g, ' '),
    /订单金额 180 元 消费券抵扣 −40 元 店内已收 140 元/,
  );
  await page.getByRole('button', { name: '下一笔' }).click();
  assert.match(await page.getByTestId('amount').innerText(), /^0\.00/);
  assert.deepEqual(complaints, []);
});

test('a handheld scanner is heard anywhere, and its digits do not become an amount', async () => {
  const { page } = await counter.openTill(desktop);
  const customer = await counter.resident();
  await wedge(page, await counter.code(customer));
  await page.getByText('请先输入金额，再扫付款码').waitFor();
  assert.match(await page.getByTestId('amount').innerText(), /^0\.00/);
  await page.keyboard.type('199.5', { delay: 90 });
  assert.match(await page.getByTestId('amount').innerText(), /^199\.5/);
  await wedge(page, await counter.code(customer));
  await page.getByRole('button', { name: '已收到 159.50 元' }).click();
  assert.equal(await resultOf(page), '收款完成');
  assert.deepEqual(await counter.redemptions(customer), ['committed 19950 merchant']);
});

test('a whole sale needs no pointer: digits, Enter, code, Enter, Tab, Enter', async () => {
  const { page } = await counter.openTill(desktop);
  const customer = await counter.resident();
  await page.keyboard.type('1805', { delay: 90 });
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Enter');
  await page.getByLabel('输入付款码数字').waitFor();
  await page.keyboard.press('Escape');
  await page.getByLabel('输入付款码数字').waitFor({ state: 'detached' });
  await page.keyboard.press('Enter');
  await page.getByLabel('输入付款码数字').and(page.locator(':focus')).waitFor();
  await page.keyboard.type(await counter.code(customer), { delay: 20 });
  await page.keyboard.press('Enter');
  await page.getByText('还需向顾客收').waitFor();
  for (let tabs = 0; tabs < 12; tabs += 1) {
    if ((await page.locator('button:focus').allInnerTexts()).join('').includes('已收到')) break;
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  assert.equal(await resultOf(page), '收款完成');
  await page.keyboard.press('Enter');
  assert.match(await page.getByTestId('amount').innerText(), /^0\.00/);
});

test('a spent code and a low amount are refused in the words of the cashier', async () => {
  const { page } = await counter.openTill();
  const customer = await counter.resident();
  const code = await counter.code(customer);
  await enterAmount(page, '179.99');
  await wedge(page, code);
  assert.equal(await resultOf(page), '不能用券');
  await page.getByText('金额未达门槛，请核对金额或改用其他券').waitFor();
  await page.getByText(/须满 180 元/).waitFor();
  await shot(page, 'refused');
  await page.getByRole('button', { name: '下一笔' }).click();
  await enterAmount(page, '180');
  await wedge(page, code);
  await page.getByText('付款码已用过，请顾客刷新后重扫').waitFor();
  await page.getByRole('button', { name: '同一金额再扫' }).click();
  const spaced = (await counter.code(customer)).replaceAll(/(.{4})/g, '$1 ');
  await page.getByLabel('输入付款码数字').fill(spaced);
  await page.getByLabel('输入付款码数字').press('Enter');
  await page.getByRole('button', { name: '取消，不用券了' }).click();
  assert.equal(await resultOf(page), '已取消');
  assert.deepEqual(await counter.redemptions(customer), ['cancelled 18000 merchant']);
});
